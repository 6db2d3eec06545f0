import { resolve } from "node:path";
import type { JsonValue } from "../core/index.ts";
import { findNearest, HandsError, isInside, toIso } from "../core/index.ts";
import { findExecutionOfEvent, findOutsideEntry } from "../store/index.ts";
import type { ProgramPorts } from "../tools/index.ts";
import { writeFenced } from "./fenced-write.ts";
import type { RunContext } from "./run-context.ts";
import { DEEPEST_CHAIN, startExecution } from "./start-execution.ts";

/** What the program's own tools can do besides what every tool can. */
export function createProgramPorts(run: RunContext, callKey: string, signal: AbortSignal): ProgramPorts {
  return {
    allowedHosts: run.today.network.allow,
    repositories: listRepositories(run),
    notify: (message) => notify(run, callKey, message, signal),
    startHand: (request) => startHand(run, request),
  };
}

/** The repositories of the manifest that is in force today, without those that the hand's own tools could have written. */
function listRepositories(run: RunContext): Readonly<Record<string, string>> {
  const { projectDir, dataDir } = run.parts;
  const listed = run.today.git.repositories.map((name) => [name, resolve(projectDir, name)] as const);
  return Object.fromEntries(listed.filter(([, folder]) => !isInside(dataDir, folder)));
}

/** Through the channels of the hand's output. Gives the names of those that took it. */
async function notify(
  run: RunContext,
  callKey: string,
  { text, channel }: { readonly text: string; readonly channel: string | null },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const own = run.version.config.output.channel;
  const wanted = channel === null ? own : own.filter((name) => name === channel);
  if (wanted.length === 0) {
    const nearest = channel === null ? undefined : findNearest(channel, own);
    throw new HandsError(
      "tool_failed",
      channel === null
        ? "this hand has no channel: `channel` of its [output] lists none"
        : `${JSON.stringify(channel)} is no channel of this hand's output; its channels are: ${own.join(", ") || "none"}`,
      nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` },
    );
  }
  for (const name of wanted) {
    const target = run.parts.channels.find(name);
    if (target?.notify === undefined) {
      throw new HandsError("tool_failed", `the channel ${name} cannot be notified`, {
        hint: target === undefined ? `Add [channels.${name}] to hands.toml.` : "Name another channel.",
      });
    }
    const notice = {
      deliveryId: `${callKey}:${name}`,
      kind: "message" as const,
      title: `${run.row.hand_name} says`,
      text: run.parts.redactor.text(text),
      url: null,
      createdAt: run.parts.store.nowMs(),
    };
    await target.notify(notice, signal);
  }
  return wanted;
}

/** Starts another hand, once for each key. Gives the id of its execution. */
async function startHand(
  run: RunContext,
  { handName, input, key }: { readonly handName: string; readonly input: JsonValue; readonly key: string },
): Promise<string> {
  await assertStartable(run, handName);
  const chain = [...(JSON.parse(run.row.chain_json) as string[]), run.row.hand_name];
  if (chain.includes(handName) || chain.length >= DEEPEST_CHAIN) {
    const why = chain.includes(handName)
      ? "it is among the hands that led here"
      : `${DEEPEST_CHAIN} hands led here already`;
    throw new HandsError("denied", `${handName} is not started: ${why} (${chain.join(" > ")})`, {
      details: { rule: chain.includes(handName) ? "chain_cycle" : "chain_too_deep", chain },
    });
  }
  const eventId = `execute_hand:${key}`;
  return await writeFenced(run.parts, run.lease, false, async (transaction) => {
    const known = await findExecutionOfEvent(transaction, handName, eventId);
    if (known !== undefined) return known.id;
    const id = await startExecution(run.parts, transaction, {
      handName,
      trigger: "event",
      eventId,
      chain,
      input: {
        event: "execute_hand",
        hand: run.row.hand_name,
        executionId: run.row.id,
        at: toIso(transaction.nowMs),
        input,
      },
      isUntrusted: (await findOutsideEntry(transaction, run.row.id)) !== null,
    });
    if (id === null) throw new HandsError("internal", `${handName} was not started`);
    return id;
  });
}

async function assertStartable(run: RunContext, handName: string): Promise<void> {
  const { kind } = await run.parts.hands.lookUp(handName);
  if (kind === "ready" || kind === "elsewhere") return;
  const code = { missing: "hand_not_found", disabled: "hand_disabled", broken: "hand_broken" } as const;
  const words = { missing: "there is no such hand", disabled: "it is disabled", broken: "it is in error" };
  throw new HandsError(code[kind], `${handName} is not started: ${words[kind]}`);
}
