import type { z } from "zod";
import { findNearest, isPlainObject, readDuration } from "../core/index.ts";
import { describeValue, quote } from "./describe-value.ts";
import type { DocumentPath } from "./document-paths.ts";
import { formatKey, formatPath, valueAt } from "./document-paths.ts";
import type { handTomlSchema } from "./hand-toml-schema.ts";
import type { ManifestProblem } from "./types.ts";

type Issue = z.core.$ZodIssue;

/** What the schema says of a document. */
export type CheckedDocument = ReturnType<typeof handTomlSchema.safeParse>;

/** Every value of a document that has not the form the schema wants. Unknown keys are left to `findUnknownKeys`. */
export function checkShape(document: unknown, result: CheckedDocument): ManifestProblem[] {
  if (result.success) return [];
  const problems = result.error.issues
    .flatMap((issue) => flattenUnions(issue, []))
    .flatMap((issue) => toProblem(issue, document));
  // An empty text is both too short and of the wrong form; the first of the two says it all.
  return [...Map.groupBy(problems, ({ path }) => formatPath(path)).values()].flatMap((same) =>
    same.slice(0, 1),
  );
}

/** An issue with the whole path to its place. */
interface PlacedIssue {
  readonly issue: Issue;
  readonly path: DocumentPath;
}

/** A union's issue becomes those of the one branch whose type fits, so that they name the very key. */
function flattenUnions(issue: Issue, base: DocumentPath): PlacedIssue[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code !== "invalid_union") return [{ issue, path }];
  const fitting = issue.errors.filter((branch) => !branch.some(isWrongTypeOfWhole));
  const branch = fitting.length === 1 ? fitting[0] : undefined;
  return branch === undefined ? [{ issue, path }] : branch.flatMap((inner) => flattenUnions(inner, path));
}

function isWrongTypeOfWhole(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.path.length === 0;
}

function toProblem({ issue, path }: PlacedIssue, document: unknown): ManifestProblem[] {
  if (issue.code === "unrecognized_keys") return [];
  const value = valueAt(document, path);
  const name = formatPath(path);
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? issue.message;
    const message = `The name ${quote(String(path.at(-1)))} cannot be used; expected ${expected}`;
    return [{ severity: "error", code: "invalid_name", message, path, at: "key", hint: null }];
  }
  if (value === undefined) {
    const message = `\`${name}\` is missing; expected ${issue.message}`;
    return [{ severity: "error", code: "missing_key", message, path, at: "key", hint: null }];
  }
  const isType = issue.code === "invalid_type" || issue.code === "invalid_union";
  const message = `\`${name}\` is ${describeValue(value)}; expected ${issue.message}`;
  const code = isGate(path) ? "gate_not_a_table" : isType ? "wrong_type" : "invalid_value";
  const hint = suggestGate(path, value) ?? suggestName(path, value) ?? suggestValue(issue, path, value);
  return [{ severity: "error", code, message, path, at: "value", hint }];
}

function isGate(path: DocumentPath): boolean {
  return path[0] === "approval_gates" && path.length <= 2;
}

function suggestGate(path: DocumentPath, value: unknown): string | null {
  if (!isGate(path)) return null;
  const key = formatKey(String(path[1] ?? "publish"));
  if (value === false)
    return `Remove \`${key} = false\`: what no gate covers is decided by the tool's effect and \`unattended\`.`;
  return `Write it under [approval_gates] as \`${key} = { action = ${JSON.stringify(key.replaceAll('"', ""))}, description = "…" }\`.`;
}

function suggestName(path: DocumentPath, value: unknown): string | null {
  if (formatPath(path) !== "hand.name" || typeof value !== "string") return null;
  const name = suggestHandName(value);
  return name === null ? null : `Write \`name = ${JSON.stringify(name)}\`.`;
}

/** The nearest text that can be a hand's name. */
export function suggestHandName(text: string): string | null {
  const cleaned = text
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "")
    .slice(0, 64);
  return cleaned === "" ? null : cleaned;
}

function suggestValue(issue: Issue, path: DocumentPath, value: unknown): string | null {
  const key = formatKey(String(path.at(-1)));
  if (issue.code === "invalid_value" && typeof value === "string") {
    const nearest = findNearest(value, issue.values.map(String));
    return nearest === undefined ? null : `Did you mean ${JSON.stringify(nearest)}?`;
  }
  if (issue.code === "invalid_format" && typeof value === "string") return suggestHost(path, value);
  if (issue.code !== "invalid_type") return null;
  if (issue.expected === "array" && typeof value === "string")
    return `Write \`${key} = [${JSON.stringify(value)}]\`.`;
  if (issue.expected === "boolean") return suggestBoolean(key, value);
  if (issue.expected === "string" && typeof value === "number")
    return `Put it in quotes: \`${key} = "${value}"\`.`;
  if (issue.expected === "number" || issue.expected === "int") return suggestNumber(key, value);
  if ((issue.expected === "object" || issue.expected === "record") && path.length === 1) {
    return Array.isArray(value) && value.every(isPlainObject)
      ? `Write [${key}] with single brackets.`
      : `Write a [${key}] table.`;
  }
  return null;
}

function suggestBoolean(key: string, value: unknown): string | null {
  const word = String(value).toLowerCase();
  if (["true", "yes", "on", "1"].includes(word)) return `Write \`${key} = true\`, without quotes.`;
  return ["false", "no", "off", "0"].includes(word) ? `Write \`${key} = false\`, without quotes.` : null;
}

function suggestNumber(key: string, value: unknown): string | null {
  if (typeof value !== "string") return null;
  const number = /^[\d.]+$/.test(value) ? Number(value) : (readDuration(value) ?? Number.NaN) / 1000;
  return Number.isFinite(number) ? `Write \`${key} = ${number}\`.` : null;
}

function suggestHost(path: DocumentPath, value: string): string | null {
  if (path[0] !== "network" || !URL.canParse(value)) return null;
  const { host } = new URL(value);
  return host === "" ? null : `Write ${JSON.stringify(host)}.`;
}
