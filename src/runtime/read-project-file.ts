import { parse, TomlError } from "smol-toml";
import type { z } from "zod";
import { findNearest, isPlainObject } from "../core/index.ts";
import type { Diagnostic, ManifestProblem } from "../manifest/index.ts";
import { locateProblems } from "../manifest/index.ts";
import { CHANNEL_SECRETS, findContradiction } from "./channel-schema.ts";
import { listKeys, listOwners } from "./project-file-keys.ts";
import type { ProjectFile } from "./project-file-schema.ts";
import { projectFileSchema } from "./project-file-schema.ts";

/** What the text of a `hands.toml` came to. `file` is absent as soon as one diagnostic is an error. */
export interface ReadProjectFile {
  readonly file?: ProjectFile;
  readonly diagnostics: readonly Diagnostic[];
}

type Path = ManifestProblem["path"];

/** Tables that the format will have, and what leaving them out of sight would do now. */
const NOT_YET: Readonly<Record<string, string>> = {
  sandbox: "nothing would be confined",
};

/** What a variable or a header is called that holds a secret. */
const SECRET_KEY =
  /(?:^|[_-])(?:api[_-]?key|access[_-]?key|private[_-]?key|password|passwd|secret|token|credentials?|authorization|cookie)$/i;

/** Names of channels that are places of their own. */
const RESERVED_CHANNELS = new Set(["dashboard", "file"]);

/** Reads a `hands.toml`. Pure, and no diagnostic repeats a value that could be a secret. */
export function readProjectFile(text: string, path: string): ReadProjectFile {
  const content = text.replace(/^\uFEFF/, "");
  let document: Record<string, unknown>;
  try {
    document = parse(content);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { diagnostics: [describeFault(content, path, error)] };
  }
  const notYet = Object.keys(NOT_YET).filter((key) => Object.hasOwn(document, key));
  const known = Object.fromEntries(Object.entries(document).filter(([key]) => !notYet.includes(key)));
  const checked = projectFileSchema.safeParse(known);
  const problems = [
    ...notYet.map((key) => refuseTable(key)),
    ...(checked.error?.issues ?? []).flatMap((issue) => toProblems(issue, document)),
    ...refuseReservedChannels(document),
    ...(checked.success ? refuseContradictions(checked.data) : []),
    ...refuseLiteralMcpSecrets(document),
  ];
  const diagnostics = locateProblems(content, path, problems).map((diagnostic) => withoutSecret(diagnostic));
  return checked.success && problems.length === 0 ? { file: checked.data, diagnostics } : { diagnostics };
}

function refuseTable(key: string): ManifestProblem {
  return problem("unsupported", `[${key}] is not supported in this version; ${NOT_YET[key]}`, [key], {
    at: "key",
    hint: `Remove [${key}].`,
  });
}

function refuseReservedChannels(document: Record<string, unknown>): ManifestProblem[] {
  const channels = document["channels"];
  if (!isPlainObject(channels)) return [];
  return Object.keys(channels)
    .filter((name) => RESERVED_CHANNELS.has(name))
    .map((name) =>
      problem(
        "invalid_name",
        `No channel can be called \`${name}\`, which is a place of its own`,
        ["channels", name],
        {
          at: "key",
          hint: "Choose another name.",
        },
      ),
    );
}

function refuseContradictions({ channels = {} }: ProjectFile): ManifestProblem[] {
  return Object.entries(channels).flatMap(([name, channel]) => {
    const found = findContradiction(channel);
    if (found === null) return [];
    const message = `\`channels.${name}\`: ${found.message}`;
    return [
      problem("contradiction", message, ["channels", name, found.key], {
        at: "key",
        hint: "docs/channels.md shows each kind.",
      }),
    ];
  });
}

/** A variable or header of an MCP server that sounds like a secret has to be kept elsewhere. */
function refuseLiteralMcpSecrets(document: Record<string, unknown>): ManifestProblem[] {
  const servers = isPlainObject(document["mcp"]) ? document["mcp"] : {};
  return Object.entries(servers).flatMap(([server, table]) =>
    (["env", "headers"] as const).flatMap((place) => {
      const values = isPlainObject(table) ? table[place] : undefined;
      return Object.entries(isPlainObject(values) ? values : {})
        .filter(([key, value]) => typeof value === "string" && SECRET_KEY.test(key))
        .map(([key, value]) =>
          refuseSecret(`mcp.${server}.${place}.${key}`, ["mcp", server, place, key], value),
        );
    }),
  );
}

function toProblems(issue: z.core.$ZodIssue, document: Record<string, unknown>): ManifestProblem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => refuseKey(key, path, document));
  if (issue.code === "invalid_key") {
    const message = `The name ${JSON.stringify(String(path.at(-1)))} cannot be used; expected ${issue.issues[0]?.message ?? "another"}`;
    return [problem("invalid_name", message, path, { at: "key", hint: null })];
  }
  const value = path.reduce<unknown>(
    (inner, part) => (inner as Record<string, unknown> | undefined)?.[part],
    document,
  );
  const name = path.map(String).join(".");
  if (isSecretPlace(path)) return [refuseSecret(name, path, value)];
  if (value === undefined) {
    return [
      problem("missing_key", `\`${name}\` is missing; expected ${issue.message}`, path, {
        at: "key",
        hint: null,
      }),
    ];
  }
  const message = `\`${name}\` is ${describe(path, value)}; expected ${issue.message}`;
  return [problem("invalid_value", message, path, { at: "value", hint: suggestValue(path, value) })];
}

function refuseKey(key: string, path: Path, document: Record<string, unknown>): ManifestProblem {
  const known = listKeys(path, document);
  const nearest = findNearest(key.toLowerCase().replaceAll("-", "_"), known);
  const owner = nearest === undefined ? listOwners(key).find((table) => table !== path.join(".")) : undefined;
  const table = path.length === 0 ? "a hands.toml" : `[${path.join(".")}]`;
  const hint =
    nearest !== undefined
      ? `Did you mean \`${nearest}\`?`
      : owner !== undefined
        ? `It is a key of [${owner}]: in TOML a key belongs to the last table header above it.`
        : `The keys are ${known.join(", ")}.`;
  return problem("unknown_key", `\`${key}\` is not a key of ${table}`, [...path, key], { at: "key", hint });
}

/** A key written into the file is refused without being repeated. */
function refuseSecret(name: string, path: Path, value: unknown): ManifestProblem {
  const key = String(path.at(-1));
  const variable =
    path[0] === "secrets" ? key : `${path.slice(0, -1).join("_")}_${key}`.replace(/\W/g, "_").toUpperCase();
  const example = `Write \`${key} = { env = "${variable}" }\` or \`${key} = { file = "path" }\`.`;
  if (value === undefined) {
    return problem("missing_key", `\`${name}\` is missing; expected where it is kept`, path, {
      at: "key",
      hint: example,
    });
  }
  if (typeof value === "string") {
    const message = `\`${name}\` is written out; a key in this file would be copied with it, into versions and backups`;
    return problem("literal_secret", message, path, {
      at: "value",
      hint: `${example} Then change the key: this one was in a file.`,
    });
  }
  return problem("invalid_value", `\`${name}\` does not say where the secret is kept`, path, {
    at: "value",
    hint: example,
  });
}

function isSecretPlace(path: Path): boolean {
  const [first, ...rest] = path;
  if (first === "secrets") return rest.length === 1;
  if (first === "channels") return rest.length === 2 && CHANNEL_SECRETS.some((key) => key === rest[1]);
  return first === "model" && rest.at(-1) === "api_key" && (rest.length === 1 || rest[0] === "providers");
}

/** A variable or a header: what stands there may be a secret whatever it is called. */
function isMcpValue(path: Path): boolean {
  return path[0] === "mcp" && path.length > 3;
}

function describe(path: Path, value: unknown): string {
  // An address may carry a password, and where the name of a variable belongs there may be what it holds.
  const hidden = ["base_url", "url", "smtp", "db", "env", "file"];
  if (hidden.includes(String(path.at(-1))) || isMcpValue(path)) return "something else";
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : "a table";
}

function suggestValue(path: Path, value: unknown): string | null {
  const key = String(path.at(-1));
  if (key === "auto_approve" && typeof value === "string")
    return "Write `auto_approve = false` or `= true`, without quotes.";
  if ((key === "deny" || key === "approvers") && typeof value === "string")
    return `Write \`${key} = [${JSON.stringify(value)}]\`.`;
  if (typeof value === "string" && /^\d+$/.test(value)) return `Write \`${key} = ${value}\`, without quotes.`;
  return null;
}

function describeFault(text: string, path: string, error: TomlError): Diagnostic {
  const message = (error.message.split("\n", 1)[0] ?? "").replace(/^Invalid TOML document: /, "");
  const source = text.split(/\r\n|\n|\r/)[error.line - 1] ?? "";
  return withoutSecret({
    severity: "error",
    code: "syntax",
    message: `This is not TOML: ${message}`,
    file: path,
    line: error.line,
    column: Math.min(error.column, source.length + 1),
    hint: null,
    source,
  });
}

/** The line as people are shown it: what stands behind `=` may be a secret, above all where the line could not be read. */
function withoutSecret(diagnostic: Diagnostic): Diagnostic {
  const { code, source } = diagnostic;
  const mayHold =
    source !== null && (code === "syntax" || /key|secret|token|password|env|file|:\/\//i.test(source));
  return mayHold ? { ...diagnostic, source: hideTexts(source) } : diagnostic;
}

/** Everything behind the first `=` as dots, so that the caret stays where it was. */
function hideTexts(source: string): string {
  const equals = source.indexOf("=");
  if (equals === -1) return source;
  return source.slice(0, equals + 1) + source.slice(equals + 1).replace(/[^\s"'{}[\],=]/g, "·");
}

function problem(
  code: string,
  message: string,
  path: Path,
  { at, hint }: { readonly at: "key" | "value"; readonly hint: string | null },
): ManifestProblem {
  return { severity: "error", code, message, path, at, hint };
}
