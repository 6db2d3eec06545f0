/** Where a module of this program is, given where its source is: the same, or the `.js` beside it once it is built. */
export function findRunningModule(source: URL): URL {
  if (import.meta.url.endsWith(".ts")) return source;
  return new URL(source.href.replace(/\.ts$/, ".js"));
}
