import type { DocumentPath } from "../document-paths.ts";
import { FALSE_FRIENDS, GATED_TOOLS, normaliseToolName, OUR_TOOLS } from "./tool-names.ts";
import type { Translation } from "./translation.ts";

const OPTIONAL: DocumentPath = ["tools", "optional"];

/** A list of tools the hand may use. They become optional ones; what reaches outside gets a gate. */
export function readTools(
  translation: Translation,
  from: DocumentPath,
  denied: ReadonlySet<string> = new Set(),
): void {
  const tools = translation.at(from);
  if (tools === undefined) return;
  if (!Array.isArray(tools)) {
    translation.loseWrong(from, "a list of tool names");
    return;
  }
  if (tools.length === 0) translation.noteMapped(from, ["tools"], "it names none");
  for (const [index, tool] of tools.entries()) {
    const path = [...from, index];
    if (typeof tool !== "string" || tool.trim() === "") translation.loseWrong(path, "the name of a tool");
    else readTool(translation, path, tool, denied);
  }
}

/** Tools that the hand must not have: they are left out of its list. Gives their names. */
export function readDeniedTools(translation: Translation, from: DocumentPath): ReadonlySet<string> {
  const tools = translation.at(from);
  if (tools === undefined) return new Set();
  if (!Array.isArray(tools) || !tools.every((tool) => typeof tool === "string")) {
    translation.loseWrong(from, "a list of tool names", { isGuard: true });
    return new Set();
  }
  translation.noteMapped(from, ["tools"], "a hand has only the tools that it names, and these are left out");
  return new Set(tools.map(nameHere));
}

/** What one of their tools is called here. */
export function nameHere(tool: string): string {
  const name = normaliseToolName(tool);
  return Object.hasOwn(OUR_TOOLS, name) ? (OUR_TOOLS[name] ?? name) : name;
}

function readTool(
  translation: Translation,
  path: DocumentPath,
  written: string,
  denied: ReadonlySet<string>,
): void {
  const name = normaliseToolName(written);
  const friend = Object.hasOwn(FALSE_FRIENDS, name) ? FALSE_FRIENDS[name] : undefined;
  if (friend !== undefined) {
    translation.lose(path, `\`${name}\` is another tool here: ${friend}`);
    return;
  }
  const ours = nameHere(written);
  if (denied.has(ours)) {
    translation.noteMapped(path, ["tools"], "left out, because it is denied as well");
    return;
  }
  const isKnown = Object.hasOwn(OUR_TOOLS, name);
  const named = translation.nativeAt(OPTIONAL);
  const known = Array.isArray(named) ? named.indexOf(ours) : -1;
  const to = known === -1 ? translation.append(OPTIONAL, ours) : [...OPTIONAL, known];
  translation.noteMapped(path, to, describeTool(written, ours, isKnown));
  if (isKnown) translation.renameTool(written, ours);
  if (Object.hasOwn(GATED_TOOLS, ours)) addGate(translation, ours);
}

function describeTool(written: string, ours: string, isKnown: boolean): string | null {
  if (!isKnown)
    return `no tool of the program is called \`${ours}\`: the hand goes without it until its tools/ has one, which then asks`;
  return written === ours ? null : `\`${written}\` is called \`${ours}\` here`;
}

function addGate(translation: Translation, tool: string): void {
  const to = ["approval_gates", tool];
  if (translation.nativeAt(to) !== undefined) return;
  translation.fillIn(
    to,
    { action: tool, description: GATED_TOOLS[tool] ?? tool },
    "it acts outside the hand's own workspace, so each call asks",
  );
}
