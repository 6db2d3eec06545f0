import { createRequire } from "node:module";
import type { AST } from "toml-eslint-parser";
import type { DocumentPath } from "../document-paths.ts";
import { tableAt, valueAt } from "../document-paths.ts";
import { readDocument } from "../read-document.ts";

/** A manifest with its safe faults mended. */
export interface FixedManifest {
  readonly text: string;
  /** What was done, one sentence each. */
  readonly changes: readonly string[];
}

/**
 * Mends what can be mended without changing what the manifest means: a tool that is named twice, and the hand's own event, which never starts
 * it. Every other byte stays as it is.
 */
export function fixManifest(text: string, handName: string): FixedManifest {
  const changes: string[] = [];
  let fixed = text;
  for (;;) {
    const read = readDocument(fixed.replace(/^\uFEFF+/, ""));
    const fault = "fault" in read ? undefined : findFault(read.document, handName);
    const next = fault === undefined ? undefined : removeElement(fixed, fault.path);
    if (fault === undefined || next === undefined || next === fixed) return { text: fixed, changes };
    fixed = next;
    changes.push(fault.change);
  }
}

interface Fault {
  readonly path: DocumentPath;
  readonly change: string;
}

function findFault(document: Readonly<Record<string, unknown>>, handName: string): Fault | undefined {
  return findDuplicateTool(document) ?? findOwnEvent(document, handName);
}

/** The second mention goes; one in `optional` says less than one in `required`. */
function findDuplicateTool(document: Readonly<Record<string, unknown>>): Fault | undefined {
  const seen = new Set<string>();
  for (const list of ["required", "optional"]) {
    const tools = tableAt(document, ["tools"])[list];
    for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
      if (typeof tool !== "string") continue;
      if (seen.has(tool))
        return { path: ["tools", list, index], change: `\`${tool}\` was named twice in [tools]` };
      seen.add(tool);
    }
  }
  return undefined;
}

function findOwnEvent(document: unknown, handName: string): Fault | undefined {
  const events = valueAt(document, ["triggers", "events"]);
  const index = Array.isArray(events)
    ? events.findIndex((event) => typeof event === "string" && event.endsWith(`:${handName}`))
    : -1;
  // A list that becomes empty would make another trigger of it.
  if (index === -1 || !Array.isArray(events) || events.length === 1) return undefined;
  return {
    path: ["triggers", "events", index],
    change: `\`${String(events[index])}\` is the hand's own event`,
  };
}

/** The text without one element of an array and the comma that belongs to it. */
function removeElement(text: string, path: DocumentPath): string | undefined {
  const { parseTOML } = createRequire(import.meta.url)(
    "toml-eslint-parser",
  ) as typeof import("toml-eslint-parser");
  const offset = /^\uFEFF*/.exec(text)?.[0].length ?? 0;
  const content = text.slice(offset);
  const array = findArray(parseTOML(content, { tomlVersion: "1.1.0" }), path.slice(0, -1));
  const index = Number(path.at(-1));
  const element = array?.elements[index];
  if (array === undefined || element === undefined) return undefined;
  const next = array.elements[index + 1];
  const previous = array.elements[index - 1];
  // With a neighbour the space up to it goes too, unless a comment stands there.
  const [start, end] =
    next !== undefined
      ? [element.range[0], next.range[0]]
      : previous !== undefined
        ? [previous.range[1], element.range[1]]
        : [element.range[0], element.range[1]];
  if (content.slice(start, end).includes("#")) return undefined;
  return text.slice(0, offset) + content.slice(0, start) + content.slice(end);
}

function findArray(program: AST.TOMLProgram, path: DocumentPath): AST.TOMLArray | undefined {
  const wanted = JSON.stringify(path);
  for (const node of program.body[0].body) {
    const base: DocumentPath = node.type === "TOMLTable" ? node.resolvedKey : [];
    const members = node.type === "TOMLTable" ? node.body : [node];
    for (const { key, value } of members) {
      const names = key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
      if (JSON.stringify([...base, ...names]) === wanted && value.type === "TOMLArray") return value;
    }
  }
  return undefined;
}
