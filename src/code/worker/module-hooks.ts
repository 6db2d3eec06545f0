import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isInside } from "../../core/index.ts";
import { findRunningModule } from "../running-module.ts";

/** The module that was read last, and the import that could not be resolved: where a failed load is to be looked for. */
export interface ModuleTrace {
  readonly lastRead: { readonly path: string; readonly source: string } | null;
  readonly unresolved: { readonly specifier: string; readonly importer: string } | null;
}

/**
 * Lets modules of the hand's folders import `hands` and `zod` as this program has them, wherever the folders are, and says
 * which format they have: without that, Node looks for a package.json, guesses, and warns.
 */
export function installModuleHooks(dirs: readonly string[]): ModuleTrace {
  const trace: { -readonly [Key in keyof ModuleTrace]: ModuleTrace[Key] } = {
    lastRead: null,
    unresolved: null,
  };
  const handsModuleUrl = findRunningModule(new URL("./hands-module.ts", import.meta.url)).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const importer = findOwnPath(dirs, context.parentURL);
      if (importer === null) return nextResolve(specifier, context);
      if (specifier === "hands") return { url: handsModuleUrl, shortCircuit: true };
      try {
        const isZod = specifier === "zod" || specifier.startsWith("zod/");
        return nextResolve(specifier, isZod ? { ...context, parentURL: import.meta.url } : context);
      } catch (error) {
        trace.unresolved = { specifier, importer };
        throw error;
      }
    },
    load(url, context, nextLoad) {
      const path = findOwnPath(dirs, url);
      const format = path === null ? null : findFormat(path);
      if (path === null || format === null) return nextLoad(url, context);
      const source = readFileSync(path, "utf8");
      trace.lastRead = { path, source };
      return { format, source, shortCircuit: true };
    },
  });
  return trace;
}

function findOwnPath(dirs: readonly string[], url: string | undefined): string | null {
  if (url === undefined || !url.startsWith("file:")) return null;
  const path = fileURLToPath(url);
  const isOwn = (dir: string) =>
    isInside(dir, path) && !path.includes(`${sep}node_modules${sep}`, dir.length);
  return dirs.some(isOwn) ? path : null;
}

function findFormat(path: string): "module-typescript" | "module" | null {
  if (path.endsWith(".ts") || path.endsWith(".mts")) return "module-typescript";
  return path.endsWith(".js") || path.endsWith(".mjs") ? "module" : null;
}
