import type { EventRecord, Store } from "../store/index.ts";
import { findExecution, listSteps, readEvents, readLastPosition, toStepsJson } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { ExecutionFollower, formatStep } from "./follow-execution.ts";
import { formatEvent, toEventJson } from "./format-event.ts";
import { loadProject, openForReading } from "./project.ts";
import { resolveId } from "./resolve-id.ts";
import { Spinner } from "./spinner.ts";

/** Whose events are shown. */
type Subject =
  | { readonly kind: "all" }
  | { readonly kind: "hand"; readonly handName: string }
  | { readonly kind: "execution"; readonly executionId: string };

/** Events read at once while following. */
const PAGE = 500;

/** Prints the newest events of everything, a hand or an execution; with JSON one object a line. */
export async function printLogs(
  context: CommandContext,
  written: string | undefined,
  options: { readonly isFollowing: boolean; readonly limit: number },
): Promise<number> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    const subject = await findSubject(store, written);
    const position = await readLastPosition(store);
    for (const event of await readNewest(store, subject, options.limit)) print(context, event);
    if (!options.isFollowing) {
      if (subject.kind === "execution" && !context.isJson)
        await printSteps(context, store, subject.executionId);
      return EXIT.ok;
    }
    return await follow(context, store, subject, position);
  } finally {
    await store.close();
  }
}

/** A hand that has a state or ran goes before an execution whose id could be meant. */
async function findSubject(store: Store, written: string | undefined): Promise<Subject> {
  if (written === undefined) return { kind: "all" };
  const known = await store.db
    .selectFrom("events")
    .select("hand_name")
    .where("hand_name", "=", written)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return { kind: "hand", handName: written };
  const state = await store.db
    .selectFrom("hand_states")
    .select("hand_name")
    .where("hand_name", "=", written)
    .executeTakeFirst();
  if (state !== undefined) return { kind: "hand", handName: written };
  return { kind: "execution", executionId: await resolveId(store, "execution", written) };
}

/** The newest events that have their place, oldest first. */
async function readNewest(store: Store, subject: Subject, limit: number): Promise<readonly EventRecord[]> {
  let query = store.db.selectFrom("events").select("position").where("position", "is not", null);
  if (subject.kind === "hand") query = query.where("hand_name", "=", subject.handName);
  if (subject.kind === "execution") query = query.where("execution_id", "=", subject.executionId);
  const rows = await query.orderBy("position", "desc").limit(limit).execute();
  const first = rows.at(-1)?.position;
  if (first == null) return [];
  const events: EventRecord[] = [];
  let afterPosition = Number(first) - 1;
  for (;;) {
    const page = await readEvents(store, { afterPosition, limit: PAGE });
    events.push(...page.filter((event) => isAbout(event, subject)));
    const last = page.at(-1);
    if (last === undefined) return events;
    afterPosition = last.position;
  }
}

async function printSteps(context: CommandContext, store: Store, executionId: string): Promise<void> {
  const { out } = context.terminal;
  for (const step of toStepsJson(await listSteps(store, executionId))) {
    const line = formatStep(step, out.colors);
    if (line !== null) out.write(`${line}\n`);
  }
}

async function follow(
  context: CommandContext,
  store: Store,
  subject: Subject,
  from: number,
): Promise<number> {
  using listener = context.interrupts.listen();
  const ended = new AbortController();
  const isOver = AbortSignal.any([listener.signal, ended.signal]);
  let position = from;
  let reading: Promise<void> = Promise.resolve();
  const read = async () => {
    const events = await readEvents(store, { afterPosition: position, limit: PAGE });
    for (const event of events) if (isAbout(event, subject)) print(context, event);
    position = events.at(-1)?.position ?? position;
    if (subject.kind !== "execution") return;
    const row = await findExecution(store, subject.executionId);
    const hasSealedAll = await hasNothingUnsealed(store, subject.executionId);
    if (row?.status === "ended" && hasSealedAll && events.length === 0) ended.abort();
  };
  const follower =
    subject.kind === "execution" && !context.isJson
      ? followSteps(context, store, subject.executionId)
      : undefined;
  while (!isOver.aborted) {
    reading = read();
    await reading;
    await context.clock.sleep(250, isOver).catch(() => {});
  }
  await follower?.stop();
  return listener.signal.aborted ? EXIT.interrupted : EXIT.ok;
}

function followSteps(context: CommandContext, store: Store, executionId: string): ExecutionFollower {
  const { out } = context.terminal;
  const quiet = { ...out, isTerminal: false };
  return new ExecutionFollower({
    store,
    executionId,
    spinner: new Spinner(quiet, context.clock),
    colors: out.colors,
  });
}

async function hasNothingUnsealed(store: Store, executionId: string): Promise<boolean> {
  const row = await store.db
    .selectFrom("events")
    .select("id")
    .where("execution_id", "=", executionId)
    .where("position", "is", null)
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

function isAbout(event: EventRecord, subject: Subject): boolean {
  switch (subject.kind) {
    case "all":
      return true;
    case "hand":
      return event.handName === subject.handName;
    case "execution":
      return event.executionId === subject.executionId;
  }
}

function print(context: CommandContext, event: EventRecord): void {
  const { out } = context.terminal;
  out.write(
    context.isJson ? `${JSON.stringify(toEventJson(event))}\n` : `${formatEvent(event, out.colors)}\n`,
  );
}
