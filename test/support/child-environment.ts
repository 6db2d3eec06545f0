/** What programs and hands' code get of this process's environment: where programs are, and where V8 keeps what it made of modules. */
export function pickEnvironment(): Record<string, string> {
  const { PATH = "", NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? { PATH } : { PATH, NODE_COMPILE_CACHE };
}
