// Makes the program that `hands` starts out of what the compiler made: a start then reads ten files instead of a thousand, and most of
// the time of a short command was that reading. The library, `import "hands"`, stays as the compiler made it.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { OutputChunk, Plugin } from "rolldown";
import { rolldown } from "rolldown";

const root = path.join(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const programDir = path.join(dist, "program");

/** What nearly every command loads. Everything else is loaded from its own package, when it is needed. */
const BUNDLED = [
  "@asteasolutions/zod-to-openapi",
  "@hono/node-server",
  "@hono/zod-openapi",
  "@hono/zod-validator",
  "commander",
  "croner",
  "hono",
  "kysely",
  "openapi3-ts",
  "picocolors",
  "smol-toml",
  "zod",
];

const OURS = /[\\/]dist[\\/](?!cli[\\/]main\.js$)/;

function isBundled(id: string): boolean {
  if (/^[./]|^\w:\\/.test(id)) return true;
  return BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));
}

/**
 * Loading a file of ours does nothing but define, so that a command loads what it uses of a part and not all that the part's door names.
 * What packages say of themselves is left as it is.
 */
const moduleSideEffects = [{ test: OURS, sideEffects: false }];

/** Every file of ours goes on knowing where it was, for it finds workers, packages and pages from there. */
const keepPlaces: Plugin = {
  name: "keep-places",
  transform(code, id) {
    if (!id.startsWith(dist) || !code.includes("import.meta.url")) return null;
    const place = path.relative(programDir, id).replaceAll(path.sep, "/");
    const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
    return { code: code.replaceAll("import.meta.url", url), map: null };
  },
};

const DOOR = /const \{([^}]+)\} = await import\("([^"]+\/index\.js)"\)/g;

/** Whoever loads a part late loads what it takes of it: the door as a whole would bring all that it names. */
const narrowDoors: Plugin = {
  name: "narrow-doors",
  transform(code, id) {
    if (!id.startsWith(dist)) return null;
    const narrowed = code.replace(DOOR, (_, names: string, door: string) => {
      const taken = names.split(",").map((name) => name.split(":", 1)[0]?.trim());
      return `const {${names}} = await import("${path.join(path.dirname(id), door)}?take=${taken.filter(Boolean)}")`;
    });
    return narrowed === code ? null : { code: narrowed, map: null };
  },
  resolveDynamicImport(source, importer) {
    if (source.includes("?take=")) return source;
    if (typeof importer === "string" && importer.startsWith(dist) && source.endsWith("/index.js"))
      this.error(`${importer} loads ${source} without saying what it takes of it`);
    return null;
  },
  load(id) {
    const [door, names] = id.split("?take=");
    return names === undefined ? null : `export { ${names} } from ${JSON.stringify(door)};`;
  },
};

/** Messages of the schemas are in English: those in fifty other languages would be loaded, and held, by every start. */
const onlyEnglish: Plugin = {
  name: "only-english",
  load(id) {
    return id.endsWith("/zod/v4/locales/index.js") ? `export { default as en } from "./en.js";` : null;
  },
};

/** The folders of the packages that these modules are of. */
function findPackages(moduleIds: readonly string[]): string[] {
  const folders = moduleIds.flatMap((id) => {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll(path.sep, "/")) ?? [];
    return folder === undefined ? [] : [folder];
  });
  return [...new Set(folders)].sort();
}

function readLicence(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined ? `Licence: ${license}` : readFileSync(path.join(folder, file), "utf8").trim();
  return `${name} ${version}\n\n${text}\n`;
}

/** What the program starts with, and beside it what tests run many commands with in one process. */
const ENTRIES = ["main", "run-cli", "terminal"];

/**
 * What two ways into the program load, each as one file: a file is found, opened, read and linked at a cost of its own, and by themselves they
 * would be a hundred. Whoever looks loads the first, a server both; what else there is stays in files of its own. By their doors, which the
 * program opens one after the other.
 */
const WAYS = [
  ["look", ["cli/run-process", "cli/list-hands", "store/sqlite/sqlite-store"]],
  ["run", ["cli/start-up", "runtime/runtime", "server/create-server"]],
] as const;

/** All that is loaded with these doors. */
function findLoaded(chunks: readonly OutputChunk[], doors: readonly string[]): ReadonlySet<string> {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<OutputChunk>();
  const visit = (chunk: OutputChunk | undefined) => {
    if (chunk === undefined || found.has(chunk)) return;
    found.add(chunk);
    for (const file of chunk.imports) visit(byFile.get(file));
  };
  for (const door of doors) {
    const module = path.join(dist, `${door}.js`);
    const holder = chunks.find(({ moduleIds }) => moduleIds.includes(module));
    if (holder === undefined) throw new Error(`nothing loads ${module}`);
    visit(holder);
  }
  return new Set([...found].flatMap(({ moduleIds }) => moduleIds));
}

const bundle = await rolldown({
  input: Object.fromEntries(ENTRIES.map((name) => [name, path.join(dist, "cli", `${name}.js`)])),
  platform: "node",
  external: (id) => !isBundled(id),
  plugins: [keepPlaces, narrowDoors, onlyEnglish],
  treeshake: { moduleSideEffects },
  // What one command loads late another loads at once: that is meant.
  checks: { ineffectiveDynamicImport: false },
});
const apart = await bundle.generate({ format: "esm" });
const chunks = apart.output.filter((part) => part.type === "chunk");
const groups = WAYS.map(([name, doors]) => {
  const loaded = findLoaded(chunks, doors);
  return { name, test: (id: string) => loaded.has(id) };
});
rmSync(programDir, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: programDir,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: { groups },
  // V8 keeps the text of what it runs: without comments, and in one byte a character, which one dash beyond Latin would make two of all.
  comments: false,
  charset: "ascii",
});
await bundle.close();

const packages = findPackages(output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : [])));
writeFileSync(
  path.join(programDir, "LICENCES.txt"),
  packages.map(readLicence).join(`\n${"-".repeat(80)}\n\n`),
);
