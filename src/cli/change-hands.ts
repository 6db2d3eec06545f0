import { HandsError } from "../core/index.ts";
import type { HandJson, HandRegistry } from "../registry/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { readOperatorName } from "./operator.ts";
import { loadProject, withWritingStore } from "./project.ts";
import { withRegistry } from "./read-hands.ts";

/** Pauses or resumes a hand, or everything; says what is true now. */
export async function changePause(
  context: CommandContext,
  change: "pause" | "resume",
  wanted: { readonly name: string | undefined; readonly isAll: boolean; readonly note: string | null },
): Promise<number> {
  const { name, isAll, note } = wanted;
  if ((name === undefined) !== isAll) {
    throw new HandsError(
      "invalid_argument",
      name === undefined ? `which hand is to ${change}?` : "a name and --all exclude each other",
      {
        hint: `\`hands ${change} NAME\` for one hand, \`hands ${change} --all\` for everything.`,
      },
    );
  }
  return await changeHands(context, name ?? null, async (registry) => {
    const hasChanged = await registry[change](name ?? null, { by: readOperatorName(), note });
    const subject = name ?? "everything";
    const other = `hands ${change === "pause" ? "resume" : "pause"} ${name ?? "--all"}`;
    if (change === "pause") {
      return `${subject} is ${hasChanged ? "paused now" : "paused already"}: nothing fires or goes on until \`${other}\`.`;
    }
    return hasChanged
      ? `${subject} goes on; fires of the paused time count as dealt with.`
      : `${subject} was not paused.`;
  });
}

/** Enables or disables a hand over its manifest; says what is true now. */
export async function changeEnabled(
  context: CommandContext,
  name: string,
  isEnabled: boolean,
): Promise<number> {
  return await changeHands(context, name, async (registry) => {
    const by = readOperatorName();
    const hasChanged = isEnabled ? await registry.enable(name, by) : await registry.disable(name, by);
    const word = isEnabled ? "enabled" : "disabled";
    const next = isEnabled
      ? `\`hands run ${name}\` runs it now.`
      : `\`hands enable ${name}\` lets it run again.`;
    return `${name} is ${word}${hasChanged ? " now" : " already"}. ${next}`;
  });
}

async function changeHands(
  context: CommandContext,
  name: string | null,
  change: (registry: HandRegistry) => Promise<string>,
): Promise<number> {
  const { config } = await loadProject(context);
  await withWritingStore(context, config, (store) =>
    withRegistry(context, { config, store }, async (registry) => {
      await registry.loadAll();
      const sentence = await change(registry);
      say(context, sentence);
      if (context.isJson) writeJson(context, pickHands(await registry.listEntries(), name));
    }),
  );
  return EXIT.ok;
}

/** The hand that changed; all of them where everything did; null where the hand is known by its state alone. */
function pickHands(hands: readonly HandJson[], name: string | null): HandJson | readonly HandJson[] | null {
  return name === null ? hands : (hands.find((hand) => hand.name === name) ?? null);
}
