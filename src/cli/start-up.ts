import type { Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { LoadedProjectConfig, Runtime, Telemetry } from "../runtime/index.ts";
import { createRuntime, PROGRAM_VERSION, startTelemetry } from "../runtime/index.ts";
import { findExecution, listExecutions } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import { createConsoleLogger } from "./console-logger.ts";
import { EXIT } from "./exit-codes.ts";
import { formatLoaded } from "./format-loaded.ts";
import { describeDatabase, loadProject } from "./project.ts";
import { releaseMemory } from "./release-memory.ts";
import { reportHappenings } from "./report-happenings.ts";
import type { Serving } from "./serve.ts";
import { serve } from "./serve.ts";

/** What `hands up` was told. */
export interface UpOptions {
  readonly run: readonly string[];
  readonly scheduler: boolean;
  readonly worker: boolean;
  readonly server: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly isVerbose: boolean;
}

/** Starts the runtime, says what it is about to do, and keeps it until Ctrl-C or SIGTERM. */
export async function startUp(context: CommandContext, options: UpOptions): Promise<number> {
  using listener = context.interrupts.listen();
  const project = await loadProject(context, { withSecrets: true });
  const isPlain = context.isJson || context.environment["HANDS_LOG"] === "json";
  const logger = await createLogger(context, { isPlain, isVerbose: options.isVerbose });
  const runtime = await createRuntime({
    checksCode: true,
    config: project.config,
    clock: context.clock,
    environment: context.environment,
    logger,
  });
  let serving: Serving | null = null;
  let telemetry: Telemetry | null = null;
  try {
    const stopReporting = await reportHappenings(runtime.store, logger);
    telemetry = await startTelemetry(runtime, { environment: context.environment, logger });
    await runtime.start({ scheduler: options.scheduler, worker: options.worker, server: options.server });
    if (options.server) serving = await serve(context, runtime, { ...options, logger });
    if (!isPlain) await sayWhatIsLoaded(context, project, runtime, options);
    for (const line of serving?.lines ?? []) isPlain ? logger.info(line) : say(context, line);
    releaseMemory();
    for (const name of options.run) await runOnce(runtime, logger, name);
    await waitForAbort(listener.signal);
    stopReporting();
    if (!isPlain)
      say(context, "Stopping: steps under way may finish. A second Ctrl-C ends the process at once.");
  } finally {
    await serving?.server.stop();
    if (telemetry !== null) {
      // What ends now is still to be sent, and the store has to be open for it.
      await runtime.runner.stop();
      await telemetry.stop();
    }
    await runtime.stop();
  }
  if (!isPlain) say(context, "Stopped. What waits or sleeps goes on with the next `hands up`.");
  return EXIT.ok;
}

async function createLogger(
  context: CommandContext,
  { isPlain, isVerbose }: { readonly isPlain: boolean; readonly isVerbose: boolean },
): Promise<Logger> {
  if (isPlain) return (await import("./json-logger.ts")).createJsonLogger(isVerbose);
  const { err } = context.terminal;
  return createConsoleLogger({
    print: (line) => err.write(`${line}\n`),
    stream: err,
    clock: context.clock,
    isVerbose,
  });
}

async function sayWhatIsLoaded(
  context: CommandContext,
  { config, origins }: LoadedProjectConfig,
  runtime: Runtime,
  options: UpOptions,
): Promise<void> {
  const hands = await runtime.registry.listEntries();
  const roles = [
    ...(options.scheduler ? [] : ["without the scheduler"]),
    ...(options.worker ? [] : ["without a worker"]),
    ...(options.server ? [] : ["without the dashboard"]),
  ];
  const text = formatLoaded(context.terminal.err, {
    flags: context.globals.hands === undefined ? "" : `--hands ${context.globals.hands}`,
    title: `hands ${PROGRAM_VERSION}${roles.length === 0 ? "" : `, ${roles.join(" and ")}`}`,
    handsDir: config.handsDir,
    database: `${describeDatabase(config.db)}${origins.db === "default" ? "" : ` (${origins.db})`}`,
    configPath: config.configPath,
    hands,
    strays: [...runtime.registry.getProblems()]
      .filter(([name]) => !hands.some((hand) => hand.name === name))
      .flatMap(([, problems]) => problems),
    nowMs: context.clock.now(),
  });
  context.terminal.err.write(text);
}

/** Runs a hand that never ran; a hand that cannot run is said, and keeps nothing else from running. */
async function runOnce(runtime: Runtime, logger: Logger, name: string): Promise<void> {
  const [newest] = await listExecutions(runtime.store, { handName: name, limit: 1 });
  if (newest !== undefined) {
    logger.info(`${name} has run before, and is not run at the start again`, { hand: name });
    return;
  }
  try {
    const id = await runtime.runner.trigger(name);
    const row = await findExecution(runtime.store, id);
    logger.info(`${name} never ran: running it now`, { hand: name, execution: row?.id });
  } catch (error) {
    if (!(error instanceof HandsError)) throw error;
    logger.error(`${name} could not be run: ${error.message}`, { hand: name, hint: error.hint });
  }
}

async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
