import type { HandConfig } from "../manifest/index.ts";
import type { Recording, ReplayOptions, ReplayResult } from "../recording/index.ts";
import {
  recordExecution,
  replayRecording,
  resolveRecordingPath,
  writeRecording,
} from "../recording/index.ts";
import { HandNotFoundError } from "../registry/index.ts";
import type { LoadedProjectConfig } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatDifferences } from "./format-differences.ts";
import { loadProject, openForReading } from "./project.ts";
import { withRegistry } from "./read-hands.ts";
import { resolveId, shortenId } from "./resolve-id.ts";

/** Runs an ended execution again, and says whether it goes as it went. */
export async function replayOne(
  context: CommandContext,
  written: string,
  options: { readonly isCurrent: boolean; readonly record: string | true | null },
): Promise<number> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    const id = await resolveId(store, "execution", written);
    const replayOptions = createReplayOptions(context, config);
    const { recording, replay } = await recordExecution(store, id, replayOptions);
    let result: ReplayResult = replay;
    if (options.isCurrent) {
      const { handDir } = await findHand(context, { config, store }, recording.handName);
      result = await replayRecording(recording, { ...replayOptions, handDir });
    }
    const path =
      options.record === null ? null : await keep(context, { config, store }, recording, options.record);
    const hasPassed = !result.differences.some(({ isFailure }) => isFailure);
    if (context.isJson) {
      writeJson(context, {
        executionId: id,
        handName: recording.handName,
        hasPassed,
        differences: result.differences,
        path,
      });
    } else {
      const { out } = context.terminal;
      const what = `${recording.handName} ${shortenId(id)}`;
      out.write(formatDifferences(out, result.differences));
      say(
        context,
        hasPassed ? `${what} goes as it went: ${countSteps(recording)}.` : `${what} does not go as it went.`,
      );
      if (path !== null) say(context, `Recorded in ${path}; \`hands test ${recording.handName}\` runs it.`);
    }
    return hasPassed ? EXIT.ok : EXIT.failed;
  } finally {
    await store.close();
  }
}

/** Makes a recording of an execution that has just ended, and says whether it can be run again. */
export async function recordEnded(
  context: CommandContext,
  parts: { readonly config: LoadedProjectConfig["config"]; readonly store: Store; readonly handDir: string },
  executionId: string,
  written: string | true,
): Promise<void> {
  const { config, store, handDir } = parts;
  const { recording, replay } = await recordExecution(
    store,
    executionId,
    createReplayOptions(context, config),
  );
  const path = pathOf(context, recording, handDir, written);
  await writeRecording(path, recording);
  const { err } = context.terminal;
  if (replay.differences.some(({ isFailure }) => isFailure)) {
    err.write(formatDifferences(err, replay.differences));
    say(
      context,
      `Recorded in ${path}, but the hand does not do the same twice: \`hands test\` will fail at the place above.`,
    );
    return;
  }
  say(
    context,
    `Recorded in ${path} (${countSteps(recording)}); \`hands test ${recording.handName}\` runs it.`,
  );
}

/** What recordings of a project are run against besides the hand's folder. */
export function createReplayOptions(
  { environment }: CommandContext,
  config: LoadedProjectConfig["config"],
): Omit<ReplayOptions, "handDir"> {
  return {
    policy: config.policy,
    channels: config.channels.map(({ name }) => name),
    mcpServers: config.mcp ?? {},
    projectToolsDir: config.toolsDir ?? null,
    environment,
  };
}

async function keep(
  context: CommandContext,
  project: { readonly config: LoadedProjectConfig["config"]; readonly store: Store },
  recording: Recording,
  written: string | true,
): Promise<string> {
  const { handDir } = await findHand(context, project, recording.handName);
  const path = pathOf(context, recording, handDir, written);
  await writeRecording(path, recording);
  return path;
}

function pathOf(
  { cwd }: CommandContext,
  recording: Recording,
  handDir: string,
  written: string | true,
): string {
  return resolveRecordingPath(recording, { handDir, cwd, written: written === true ? null : written });
}

async function findHand(
  context: CommandContext,
  project: { readonly config: LoadedProjectConfig["config"]; readonly store: Store },
  name: string,
): Promise<HandConfig> {
  return await withRegistry(context, project, async (registry) => {
    await registry.listEntries();
    const hands = registry.listHands();
    const hand = hands.find((candidate) => candidate.name === name);
    if (hand === undefined)
      throw new HandNotFoundError(
        name,
        hands.map((candidate) => candidate.name),
      );
    return hand;
  });
}

function countSteps({ steps }: Recording): string {
  const count = steps.filter(({ kind }) => kind !== "value").length;
  return count === 1 ? "1 step" : `${count} steps`;
}
