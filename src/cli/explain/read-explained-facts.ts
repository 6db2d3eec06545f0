import { HandsError } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import { loadHandFolder } from "../../manifest/index.ts";
import type { ProjectConfig } from "../../runtime/index.ts";
import { readBuiltinCatalog, readToolsOfHand } from "../../runtime/index.ts";
import type { ToolDescriptor } from "../../tools/index.ts";
import type { CommandContext } from "../command-context.ts";
import { loadProject, openForReading } from "../project.ts";
import { readHandDetails } from "../read-hand-details.ts";
import { readPastRuns } from "../read-past-runs.ts";
import type { ExplainedFacts } from "./types.ts";

/** Throws: `hand_not_found`, `hand_broken`; `script_failed` where its code was to be loaded and cannot be. */
export async function readExplainedFacts(
  context: CommandContext,
  name: string,
  { withCode }: { readonly withCode: boolean },
): Promise<ExplainedFacts> {
  const { config } = await loadProject(context, { withSecrets: withCode });
  const details = await readHandDetails(context, name);
  const hand = details.manifest;
  if (hand === null) {
    throw new HandsError("hand_broken", `the hand ${name} is broken, so nothing can be said of it`, {
      hint: `\`hands validate\` shows every problem at its place.`,
      details: { problems: details.problems },
    });
  }
  const { tools, unknownTools, hasOwnTools } = await readTools(config, hand, withCode);
  const store = await openForReading(context, config);
  try {
    const past = await readPastRuns(store, [name]);
    return {
      hand,
      isEnabled: details.enabled,
      isPaused: details.isPaused,
      tools,
      unknownTools,
      hasOwnTools,
      operator: config.policy,
      channels: config.channels.map((channel) => channel.name),
      projectModel: config.model.name,
      projectLimitUsdPerDay: config.limits?.maxCostUsdPerDay ?? null,
      nextFires: details.nextFires,
      past: past.get(name) ?? { count: 0, averageDurationMs: null, averageCostUsd: null },
    };
  } finally {
    await store.close();
  }
}

async function readTools(config: ProjectConfig, hand: HandConfig, withCode: boolean) {
  const builtin = await readBuiltinCatalog();
  const hasOwn = hand.toolPaths.length > 0;
  const own = hasOwn && withCode ? await loadOwnTools(config, hand, builtin) : [];
  const named = [...hand.toolsRequired, ...hand.toolsOptional].map((tool) => tool.name);
  const wanted = new Set(
    hand.skills.some(({ kind }) => kind === "package") ? [...named, "read_skill"] : named,
  );
  const tools = [...builtin.filter((tool) => wanted.has(tool.name)), ...own];
  const known = new Set(tools.map((tool) => tool.name));
  return {
    tools,
    unknownTools: named.filter((tool) => !known.has(tool)),
    hasOwnTools: !hasOwn || withCode,
  };
}

async function loadOwnTools(
  config: ProjectConfig,
  hand: HandConfig,
  builtin: readonly ToolDescriptor[],
): Promise<readonly ToolDescriptor[]> {
  const { fingerprint } = await loadHandFolder(hand.handDir);
  const { tools, problem } = await readToolsOfHand(hand, fingerprint, builtin, Object.values(config.secrets));
  if (problem === null) return tools;
  throw new HandsError("script_failed", `the code of ${hand.name} cannot be loaded: ${problem.message}`, {
    hint: problem.hint ?? `\`hands validate --code\` shows where; without --code its tools are left out.`,
  });
}
