// What each part of src/ may import. `node scripts/import-rules.ts` writes the linter's rules from this table,
// with `--check` it says whether they are up to date.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

interface PartRule {
  readonly imports: readonly string[];
  readonly types?: readonly string[];
}

/** From the ground up: a part imports only parts above its own line. `types` may be imported with `import type` alone. */
export const parts: Readonly<Record<string, PartRule>> = {
  core: { imports: [] },
  schedule: { imports: ["core"] },
  manifest: { imports: ["core", "schedule"] },
  store: { imports: ["core"], types: ["manifest", "schedule"] },
  queue: { imports: ["core", "store"] },
  models: { imports: ["core"] },
  tools: { imports: ["core"], types: ["store"] },
  code: { imports: ["core", "tools"], types: ["store"] },
  approvals: { imports: ["core", "store"], types: ["manifest", "tools"] },
  channels: { imports: ["core"], types: ["store"] },
  messaging: { imports: ["core", "schedule", "store", "approvals", "channels"] },
  registry: { imports: ["core", "schedule", "manifest", "store", "approvals"], types: ["tools"] },
  // Hands from elsewhere: fetched, looked at and put in their place; runs nothing of them.
  installs: { imports: ["core", "manifest", "store"] },
  runner: {
    imports: [
      "core",
      "schedule",
      "manifest",
      "store",
      "queue",
      "models",
      "tools",
      "code",
      "approvals",
      "channels",
      "messaging",
      "registry",
    ],
  },
  // Runs executions again over stand-ins for models, tools, code and channels: it needs the real runner, and nothing of a running project needs it.
  recording: {
    imports: [
      "core",
      "manifest",
      "store",
      "queue",
      "models",
      "tools",
      "code",
      "approvals",
      "channels",
      "runner",
    ],
  },
  scheduler: { imports: ["core", "schedule", "store", "registry"] },
  runtime: {
    imports: [
      "core",
      "schedule",
      "manifest",
      "store",
      "queue",
      "models",
      "tools",
      "code",
      "approvals",
      "channels",
      "messaging",
      "registry",
      "runner",
      "scheduler",
    ],
  },
  // A hand in words, from its manifest and the functions that decide.
  explain: { imports: ["core", "schedule", "manifest", "approvals", "runtime"], types: ["tools"] },
  server: {
    imports: [
      "core",
      "schedule",
      "manifest",
      "store",
      "approvals",
      "messaging",
      "installs",
      "runtime",
      "explain",
    ],
    types: ["tools", "channels", "registry", "runner", "scheduler"],
  },
  cli: {
    imports: [
      "core",
      "schedule",
      "manifest",
      "store",
      "approvals",
      "registry",
      "installs",
      "recording",
      "runtime",
      "explain",
      "server",
    ],
    types: ["tools", "runner", "scheduler"],
  },
};

const root = path.join(import.meta.dirname, "..");
const importsFile = "scripts/lint/imports.json";
const typesFile = "scripts/lint/type-imports.grit";

/** How many folders deep the files of a part may lie; deeper ones would escape the rules, so they are refused. */
const deepest = 4;

const allowedParts = (rule: PartRule) => [...rule.imports, ...(rule.types ?? [])];

function renderImports(): string {
  const overrides = [
    restrict(["src/*.ts"], {
      group: ["./*/**", "!./*/index.ts"],
      message: "Import a part only through its index.ts.",
    }),
  ];
  for (const [part, rule] of Object.entries(parts)) {
    const allowed = allowedParts(rule);
    const message = `${part} may import ${allowed.length === 0 ? "no other part" : `only ${allowed.join(", ")}, through index.ts`}. The table is in scripts/import-rules.ts.`;
    for (let depth = 1; depth <= deepest; depth += 1) {
      const up = "../".repeat(depth);
      overrides.push(
        restrict([`src/${part}${"/*".repeat(depth)}`], {
          group: [`${up}**`, ...allowed.map((name) => `!${up}${name}/index.ts`)],
          message,
        }),
      );
    }
  }
  return `${JSON.stringify({ overrides }, null, 2)}\n`;
}

function restrict(
  includes: readonly string[],
  pattern: { group: readonly string[]; message: string },
): object {
  const noRestrictedImports = { level: "error", options: { patterns: [pattern] } };
  return { includes, linter: { rules: { style: { noRestrictedImports } } } };
}

function renderTypes(): string {
  const clauses = Object.entries(parts)
    .filter(([, { types = [] }]) => types.length > 0)
    .map(([part, { types = [] }]) => {
      const sources = types.map((name) => `r".*\\.\\./${name}/index\\.ts.*"`).join(", ");
      return `    and { $part <: r"${part}", $source <: or { ${sources} } }`;
    });
  return `language js

// Written by scripts/import-rules.ts.
or {
  \`import $source\`,
  \`import $names from $source\`,
  \`import { $names } from $source\`,
  \`export { $names } from $source\`,
  \`import($source)\`
} as $statement where {
  $filename <: r".*[\\\\/]src[\\\\/]([a-z]+)[\\\\/].*"($part),
  or {
${clauses.join(",\n")}
  },
  ! $statement <: or { r"import type [\\s\\S]*", r"export type [\\s\\S]*" },
  register_diagnostic(
    span = $statement,
    message = "Only types may be imported from there: \`import type\`. The table is in scripts/import-rules.ts.",
    severity = "error"
  )
}
`;
}

/** What is wrong with the table itself and with the folders it speaks of. */
function findProblems(): string[] {
  const problems: string[] = [];
  const order = Object.keys(parts);
  for (const [part, rule] of Object.entries(parts)) {
    for (const imported of allowedParts(rule)) {
      if (!order.includes(imported)) problems.push(`${part} imports ${imported}, which is no part.`);
      else if (order.indexOf(imported) >= order.indexOf(part))
        problems.push(`${part} imports upward: ${imported}.`);
    }
  }
  const sources = path.join(root, "src");
  if (!existsSync(sources)) return problems;
  for (const entry of readdirSync(sources, { recursive: true, withFileTypes: true })) {
    const relative = path.relative(sources, path.join(entry.parentPath, entry.name)).split(path.sep);
    if (entry.isDirectory() && relative.length === 1 && !order.includes(entry.name)) {
      problems.push(`src/${entry.name} is a part without a line in the table.`);
    }
    if (entry.isFile() && relative.length - 1 > deepest) {
      problems.push(`src/${relative.join("/")} lies deeper than ${deepest} folders, where no rule reaches.`);
    }
  }
  return problems;
}

if (import.meta.main) {
  const isCheck = process.argv.includes("--check");
  const problems = findProblems();
  for (const [file, text] of Object.entries({ [importsFile]: renderImports(), [typesFile]: renderTypes() })) {
    const target = path.join(root, file);
    if (!isCheck) writeFileSync(target, text);
    else if (!existsSync(target) || readFileSync(target, "utf8") !== text) {
      problems.push(`${file} is not what the table says. Run: npm run fix`);
    }
  }
  for (const problem of problems) console.error(`scripts/import-rules.ts: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
