import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/** What Biome reported: each diagnostic's rule and place, and how many files it looked at. */
export interface LintReport {
  readonly checkedFileCount: number;
  readonly diagnostics: readonly { readonly rule: string; readonly file: string; readonly line: number }[];
}

/** Lints `paths` of `folder` with the configuration that lies there. */
export function lint(folder: string, paths: readonly string[] = []): LintReport {
  const biome = path.join(repositoryRoot, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(
    process.execPath,
    [biome, "lint", "--reporter=json", "--max-diagnostics=none", ...paths],
    { cwd: folder, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
  );
  if (!run.stdout.startsWith("{")) throw new Error(`Biome gave no report:\n${run.stderr}`);
  const report = JSON.parse(run.stdout) as {
    readonly summary: { readonly unchanged: number; readonly changed: number };
    readonly diagnostics: readonly {
      readonly category: string;
      readonly location: { readonly path: string; readonly start: { readonly line: number } };
    }[];
  };
  return {
    checkedFileCount: report.summary.changed + report.summary.unchanged,
    diagnostics: report.diagnostics.map(({ category, location }) => ({
      rule: category,
      file: location.path,
      line: location.start.line,
    })),
  };
}

/**
 * Lints a tree of made files under this project's own rules. The tree lies below a folder named like one of the
 * project's own, so that a rule which looks at the whole path shows.
 */
export function lintTree(files: ReadonlyMap<string, string>): LintReport {
  const top = mkdtempSync(path.join(tmpdir(), "hands-lint-"));
  const folder = path.join(top, "src/store/hands");
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of ["biome.json", "package.json", ".gitignore", "scripts/lint"]) {
      cpSync(path.join(repositoryRoot, name), path.join(folder, name), { recursive: true });
    }
    for (const [file, source] of files) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), source);
    }
    return lint(folder);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}
