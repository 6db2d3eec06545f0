import { HandsError, readEnvironment } from "../../core/index.ts";
import type { ExplainedFacts } from "../../explain/index.ts";
import { readNamedTools } from "../../explain/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import { loadHandFolder } from "../../manifest/index.ts";
import type { ProjectConfig } from "../../runtime/index.ts";
import { openMachineSandbox, readBuiltinCatalog, readToolsOfHand } from "../../runtime/index.ts";
import type { ToolDescriptor } from "../../tools/index.ts";
import type { CommandContext } from "../command-context.ts";
import { loadProject, openForReading } from "../project.ts";
import { readHandDetails } from "../read-hand-details.ts";
import { readPastRuns } from "../read-past-runs.ts";

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
  const own = hand.toolPaths.length > 0 && withCode ? await loadOwnTools(config, hand) : null;
  const named = await readNamedTools(hand, own);
  const store = await openForReading(context, config);
  try {
    const past = await readPastRuns(store, [name]);
    return {
      hand,
      isEnabled: details.enabled,
      isPaused: details.isPaused,
      ...named,
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

async function loadOwnTools(config: ProjectConfig, hand: HandConfig): Promise<readonly ToolDescriptor[]> {
  const builtin = readBuiltinCatalog();
  const { fingerprint } = await loadHandFolder(hand.handDir, { projectToolsDir: config.toolsDir ?? null });
  const { tools, problem } = await readToolsOfHand(hand, fingerprint, builtin, {
    secretValues: Object.values(config.secrets),
    sandbox: openMachineSandbox(config, readEnvironment()),
  });
  if (problem === null) return tools;
  throw new HandsError("script_failed", `the code of ${hand.name} cannot be loaded: ${problem.message}`, {
    hint: problem.hint ?? `\`hands validate --code\` shows where; without --code its tools are left out.`,
  });
}
