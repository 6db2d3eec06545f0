import { findNearest, isGlob, matchesGlob } from "../core/index.ts";
import type { ApprovalGate, HandConfig, ManifestProblem, ToolRequirement } from "./types.ts";

/** What a manifest is held against: the tools that a hand could be given. */
export interface ToolCatalog {
  readonly tools: readonly CatalogTool[];
  /** False while the hand's own code has not been loaded. */
  readonly isComplete: boolean;
  /** MCP servers of the hand whose tools are not known: what could be one of theirs is unchecked. Default: none. */
  readonly unaskedServers?: readonly string[];
}

/** What has to be known of a tool to judge a gate. */
export interface CatalogTool {
  readonly name: string;
  /** The action it declares, or null. */
  readonly action: string | null;
  readonly effect: "read" | "write" | "destructive";
}

/** The action that the delivery of output performs. */
const DELIVERY_ACTION = "broadcast";

/** The tool that runs any command, and so passes every other gate. */
const SHELL_TOOL = "shell";

/**
 * Whether the tools that a manifest names exist, and its gates cover something. While the catalog is not complete, what is
 * not found is a warning `unchecked` instead of an error.
 */
export function checkGateCoverage(config: HandConfig, catalog: ToolCatalog): ManifestProblem[] {
  return [
    ...config.toolsRequired.flatMap((tool, index) => checkTool(tool, ["tools", "required", index], catalog)),
    ...config.toolsOptional.flatMap((tool, index) => checkTool(tool, ["tools", "optional", index], catalog)),
    ...config.toolsUnattended.flatMap((glob, index) =>
      checkGlob(glob, ["tools", "unattended", index], catalog),
    ),
    ...checkShell(config),
    ...config.approvalGates.flatMap((gate) => checkGate(gate, catalog)),
  ];
}

type Path = ManifestProblem["path"];

function checkTool(tool: ToolRequirement, path: Path, catalog: ToolCatalog): ManifestProblem[] {
  // Only tools of a server can be named by a glob: any other tool is named by whoever wants it.
  const isFound = tool.name.includes(".") ? matchesGlob : (wanted: string, name: string) => wanted === name;
  if (catalog.tools.some(({ name }) => isFound(tool.name, name))) return [];
  if (isUnchecked(tool.name, catalog)) return [unchecked(`The tool \`${tool.name}\``, path)];
  const suggestion = suggestTool(tool.name, catalog);
  const consequence = tool.optional ? "the hand goes without it" : "the hand does not run";
  const message = `There is no tool \`${tool.name}\`; ${consequence}`;
  const hint = suggestion ?? "Add it to tools/, define its server in [mcp], or remove it here.";
  return [
    { severity: tool.optional ? "warning" : "error", code: "missing_tool", message, path, at: "value", hint },
  ];
}

function checkGlob(glob: string, path: Path, catalog: ToolCatalog): ManifestProblem[] {
  if (catalog.tools.some(({ name }) => matchesGlob(glob, name))) return [];
  if (isUnchecked(glob, catalog)) return [unchecked(`What \`${glob}\` matches`, path)];
  const message = isGlob(glob) ? `\`${glob}\` matches no tool` : `There is no tool \`${glob}\``;
  const hint =
    suggestTool(glob.replaceAll("*", ""), catalog) ?? "Name a tool of the hand, or remove the entry.";
  return [{ severity: "error", code: "glob_matches_nothing", message, path, at: "value", hint }];
}

function checkShell(config: HandConfig): ManifestProblem[] {
  if (config.sandbox.enabled) return [];
  const hasShell = [...config.toolsRequired, ...config.toolsOptional].some(({ name }) => name === SHELL_TOOL);
  return config.toolsUnattended.flatMap((glob, index) => {
    if (glob !== SHELL_TOOL && !(hasShell && matchesGlob(glob, SHELL_TOOL))) return [];
    return [
      {
        severity: "error",
        code: "shell_unattended",
        message: `\`${glob}\` lets \`shell\` run unattended and unconfined`,
        path: ["tools", "unattended", index],
        at: "value",
        hint: "Remove it from `unattended`, so that it asks each time, or confine it: [sandbox] enabled = true.",
      },
    ];
  });
}

function checkGate(gate: ApprovalGate, catalog: ToolCatalog): ManifestProblem[] {
  const path = ["approval_gates", gate.key];
  const named = catalog.tools.filter(
    ({ name, action }) => name === gate.action || action === gate.action || gate.tools.includes(name),
  );
  return [
    ...gate.tools.flatMap((glob, index) => checkGlob(glob, [...path, "tools", index], catalog)),
    ...checkAction(gate, path, named.length > 0, catalog),
    ...checkAutoApproval(gate, path, named, catalog),
  ];
}

/** A gate with `tools` covers those; one without has nothing but its action. */
function checkAction(
  gate: ApprovalGate,
  path: Path,
  isPerformed: boolean,
  catalog: ToolCatalog,
): ManifestProblem[] {
  if (isPerformed || gate.tools.length > 0 || gate.action === DELIVERY_ACTION) return [];
  if (isUnchecked(gate.action, catalog))
    return [unchecked(`Whether a tool performs \`${gate.action}\``, [...path, "action"])];
  const actions = catalog.tools.flatMap(({ name, action }) => (action === null ? [name] : [name, action]));
  const nearest = findNearest(gate.action, [...actions, DELIVERY_ACTION]);
  const tail = "To cover tools, name them in `tools`.";
  return [
    {
      severity: "warning",
      code: "action_without_tool",
      message: `No tool performs \`${gate.action}\`, so nothing stops at this gate by itself; the model is given request_approval for it`,
      path: [...path, "action"],
      at: "value",
      hint: nearest === undefined ? tail : `Did you mean \`${nearest}\`? ${tail}`,
    },
  ];
}

function checkAutoApproval(
  gate: ApprovalGate,
  path: Path,
  named: readonly CatalogTool[],
  catalog: ToolCatalog,
): ManifestProblem[] {
  if (gate.autoApproveAfter === null) return [];
  const globs = gate.tools.filter(isGlob);
  const swept = catalog.tools.filter(
    (tool) =>
      tool.effect === "destructive" &&
      !named.includes(tool) &&
      globs.some((glob) => matchesGlob(glob, tool.name)),
  );
  if (swept.length === 0) return [];
  const names = swept.map(({ name }) => `\`${name}\``).join(", ");
  return [
    {
      severity: "warning",
      code: "not_auto_approved",
      message: `\`auto_approve_after\` does not count for ${names}: destructive, and covered only by a \`*\``,
      path: [...path, "auto_approve_after"],
      at: "value",
      hint: "Name such a tool in `tools` without a `*` if it may be approved automatically.",
    },
  ];
}

/** Could a tool that is not known yet have this name, or match this glob? */
function isUnchecked(glob: string, { isComplete, unaskedServers = [] }: ToolCatalog): boolean {
  if (!isComplete) return true;
  const start = glob.split("*", 1)[0] ?? "";
  return unaskedServers.some((server) =>
    isGlob(glob)
      ? `${server}.`.startsWith(start) || start.startsWith(`${server}.`)
      : start.startsWith(`${server}.`),
  );
}

function suggestTool(name: string, catalog: ToolCatalog): string | undefined {
  const nearest = findNearest(
    name,
    catalog.tools.map((tool) => tool.name),
  );
  return nearest === undefined ? undefined : `Did you mean \`${nearest}\`?`;
}

function unchecked(subject: string, path: Path): ManifestProblem {
  const message = `${subject} is unchecked: the hand's own tools and MCP servers have not been asked`;
  return {
    severity: "warning",
    code: "unchecked",
    message,
    path,
    at: "value",
    hint: "`hands validate --code` asks them.",
  };
}
