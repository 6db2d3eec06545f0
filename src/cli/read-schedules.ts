import { join } from "node:path";
import { HandsError } from "../core/index.ts";
import { discoverHandFolders, loadHandFolder } from "../manifest/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import { hasDatabase, loadProject, openForReading } from "./project.ts";

/** A hand's schedule, and the instant from which an interval of it counts. */
export interface HandSchedule {
  readonly handName: string;
  readonly schedule: ScheduleConfig;
  /** Null where the hand was never loaded. */
  readonly anchorAt: number | null;
}

/** The schedules of a hand, or of every enabled one. Throws: `hand_not_found`, `hand_broken`. */
export async function readSchedules(
  context: CommandContext,
  name: string | undefined,
): Promise<readonly HandSchedule[]> {
  const { config } = await loadProject(context);
  const { folders } = await discoverHandFolders(config.handsDir);
  const loaded = await Promise.all(
    folders.map((dir) => loadHandFolder(dir, { projectToolsDir: config.toolsDir ?? null })),
  );
  const wanted = name === undefined ? loaded : loaded.filter((folder) => folder.name === name);
  if (name !== undefined) assertHealthy(name, wanted, config.handsDir);
  const schedules = wanted.flatMap(({ hand }) =>
    hand === undefined || hand.schedule === null || (name === undefined && !hand.enabled)
      ? []
      : [{ handName: hand.name, schedule: hand.schedule, anchorAt: null }],
  );
  const broken = loaded.filter(({ hand }) => hand === undefined);
  if (name === undefined && broken.length > 0) {
    say(
      context,
      `Without ${broken.map((folder) => folder.name).join(", ")}, which cannot be read: hands validate`,
    );
  }
  // Only an interval counts from an instant that the database knows.
  if (schedules.every(({ schedule }) => schedule.interval === undefined) || !hasDatabase(config))
    return schedules;
  const store = await openForReading(context, config);
  try {
    const { listHandStates } = await import("../store/index.ts");
    const anchors = new Map((await listHandStates(store)).map((state) => [state.hand_name, state.anchor_at]));
    return schedules.map((entry) => ({ ...entry, anchorAt: anchors.get(entry.handName) ?? null }));
  } finally {
    await store.close();
  }
}

function assertHealthy(
  name: string,
  folders: readonly { readonly hand?: unknown; readonly diagnostics: readonly unknown[] }[],
  handsDir: string,
): void {
  const [first] = folders;
  if (first === undefined) {
    throw new HandsError("hand_not_found", `there is no hand ${JSON.stringify(name)} in ${handsDir}`, {
      hint: "`hands list` shows the hands there are.",
    });
  }
  if (first.hand !== undefined) return;
  throw new HandsError("hand_broken", `the hand ${name} is broken`, {
    hint: `\`hands validate ${join(handsDir, name)}\` shows every problem at its place.`,
    details: { problems: first.diagnostics },
  });
}
