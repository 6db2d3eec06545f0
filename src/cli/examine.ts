import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { HandsError, silentLogger, toHandsError, withDeadline } from "../core/index.ts";
import type { LoadedProjectConfig, McpServerReport, ProjectConfig } from "../runtime/index.ts";
import {
  checkMcpServers,
  checkModel,
  createChannels,
  explainMissingModel,
  openMachineSandbox,
} from "../runtime/index.ts";
import { openStore } from "../store/index.ts";
import { checkRequirements } from "./check-requirements.ts";
import type { CommandContext } from "./command-context.ts";
import { writeJson } from "./command-context.ts";
import { checkDisk } from "./doctor/check-disk.ts";
import { checkFiles } from "./doctor/check-files.ts";
import { checkPort } from "./doctor/check-port.ts";
import { checkSecrets } from "./doctor/check-secrets.ts";
import type { Finding } from "./doctor/finding.ts";
import { EXIT } from "./exit-codes.ts";
import { toLine } from "./printable.ts";
import { describeDatabase, hasDatabase, isPostgres, loadProject } from "./project.ts";
import type { FoundHands } from "./read-hands.ts";
import { readHands } from "./read-hands.ts";
import { readServerAge } from "./server-life.ts";

interface Check extends Finding {
  readonly name: string;
}

const LONGEST_CHECK_MS = 30_000;
const NOT_ASKED: Finding = { status: "note", message: "not asked: --offline", hint: null };
const OLDEST_NODE = 24;
/** Nothing of this program is older: a clock before it is wrong. */
const OLDEST_NOW = Date.UTC(2025, 0, 1);

/** Looks at everything that a project stands on; offline without what others have to answer. Exit code 1 where something failed. */
export async function examine(
  context: CommandContext,
  { isOffline }: { readonly isOffline: boolean },
): Promise<number> {
  const checks: Check[] = [];
  const add = async (name: string, check: () => Promise<Finding> | Finding) => {
    try {
      checks.push({ name, ...(await check()) });
    } catch (thrown) {
      const { code, message, hint } = toHandsError(thrown);
      checks.push({ name, status: "failed", message: `${code}: ${message}`, hint: hint ?? null });
    }
  };
  await add("node", checkNode);
  await add("clock", () => checkClock(context));
  let project: LoadedProjectConfig | undefined;
  await add("configuration", async () => {
    project = await loadProject(context, { withSecrets: true });
    return describeConfiguration(project);
  });
  if (project !== undefined) {
    const { config } = project;
    await add("database", () => checkDatabase(context, config));
    await add("disk", async () => checkDisk(await findExistingFolder(config.dataDir)));
    await add("files", () => checkFiles(config));
    await add("server", () => checkServer(context, config));
    await add("port", async () => checkPort(config.server, await isServing(context, config)));
    let found: FoundHands | undefined;
    await add("hands", async () => {
      found = await readQuietly(context);
      return checkHands(found);
    });
    for (const finding of await checkRequirements(context, config, found?.configs ?? []))
      checks.push({ name: "requirements", ...finding });
    await add("secrets", () => checkSecrets(found?.configs ?? [], config.secrets, context.environment));
    await add("model", () => describeModel(context, config, isOffline));
    for (const channel of openChannels(context, config)) {
      await add(`channel ${channel.name}`, () => (isOffline ? NOT_ASKED : checkChannel(context, channel)));
    }
    await add("approvers", () => checkApprovers(openChannels(context, config), config.policy.approvers));
    for (const name of isOffline ? Object.keys(config.mcp ?? {}) : [])
      await add(`mcp.${name}`, () => NOT_ASKED);
    for (const report of isOffline ? [] : await checkMcpServers(config, context.environment)) {
      await add(`mcp.${report.name}`, () => describeMcpServer(report));
    }
  }
  await add("sandbox", () => checkSandbox(context, project));
  const ok = !checks.some(({ status }) => status === "failed");
  if (context.isJson) writeJson(context, { ok, checks });
  else print(context, checks);
  return ok ? EXIT.ok : EXIT.failed;
}

/** Only hands with `[sandbox]` need one, and those are in error without it: here it is no fault that it is missing. */
function checkSandbox(
  { environment, cwd }: CommandContext,
  project: LoadedProjectConfig | undefined,
): Finding {
  const folders = project?.config ?? { dataDir: cwd, handsDir: cwd, projectDir: cwd };
  const state = openMachineSandbox(folders, environment).check();
  return state.isAvailable
    ? { status: "ok", message: `${state.version}; hands with [sandbox] are confined by it`, hint: null }
    : {
        status: "note",
        message: `none: ${state.reason}; hands with [sandbox] do not run, the others run as this user`,
        hint: state.hint,
      };
}

function checkNode(): Finding {
  const { node } = process.versions;
  return Number.parseInt(node, 10) >= OLDEST_NODE
    ? { status: "ok", message: `Node ${node}`, hint: null }
    : {
        status: "failed",
        message: `Node ${node}; hands needs ${OLDEST_NODE} or newer`,
        hint: "Install a newer Node from https://nodejs.org.",
      };
}

function checkClock({ clock }: CommandContext): Finding {
  const nowMs = clock.now();
  const now = new Date(nowMs).toISOString();
  if (nowMs < OLDEST_NOW) {
    return {
      status: "failed",
      message: `it is ${now} by this machine's clock, which cannot be`,
      hint: "Set the clock; schedules go by it.",
    };
  }
  const inBerlin = new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin", timeStyle: "short" }).format(
    nowMs,
  );
  return { status: "ok", message: `${now}; timezones are known (${inBerlin} in Berlin)`, hint: null };
}

function describeConfiguration({ config, diagnostics, origins }: LoadedProjectConfig): Finding {
  const path = config.configPath ?? "no hands.toml, defaults";
  const message = `${path}; hands from ${origins.hands}, database from ${origins.db}`;
  const [warning] = diagnostics;
  return warning === undefined
    ? { status: "ok", message, hint: null }
    : { status: "warning", message: `${message}; ${warning.message}`, hint: warning.hint };
}

/** Opens the database and writes to it; where there is none yet, sees whether one could be made. */
async function checkDatabase(context: CommandContext, config: ProjectConfig): Promise<Finding> {
  const name = describeDatabase(config.db);
  if (!hasDatabase(config)) {
    const folder = await findExistingFolder(dirname(config.db));
    await access(folder, constants.W_OK).catch(() => {
      throw new HandsError("store_failed", `${folder} cannot be written, so ${name} cannot be made`);
    });
    return { status: "ok", message: `${name} is not there yet; \`hands up\` makes it`, hint: null };
  }
  const store = await openStore({
    db: config.db,
    clock: context.clock,
    logger: silentLogger,
    isChecked: true,
  });
  try {
    const startedMs = context.clock.monotonicMs();
    await store.transaction(async (transaction) => {
      const value = String(transaction.nowMs);
      await transaction.db
        .insertInto("runtime_state")
        .values({ key: "doctor_wrote_at", value, updated_at: transaction.nowMs })
        .onConflict((conflict) =>
          conflict.column("key").doUpdateSet({ value, updated_at: transaction.nowMs }),
        )
        .execute();
    });
    const tookMs = Math.round(context.clock.monotonicMs() - startedMs);
    return { status: "ok", message: `${name} opens, and a write took ${tookMs} ms`, hint: null };
  } finally {
    await store.close();
  }
}

async function findExistingFolder(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : await findExistingFolder(dirname(folder));
}

async function checkServer(context: CommandContext, config: ProjectConfig): Promise<Finding> {
  const nobody: Finding = {
    status: "note",
    message: "no `hands up` is running, so nothing fires by itself",
    hint: "Start one with `hands up`.",
  };
  if (!hasDatabase(config)) return nobody;
  const store = await openStore({
    db: config.db,
    clock: context.clock,
    logger: silentLogger,
    readOnly: !isPostgres(config.db),
  });
  try {
    const ageMs = await readServerAge(store);
    if (ageMs === null || ageMs > 5000) return nobody;
    return {
      status: "ok",
      message: `a \`hands up\` was alive ${Math.round(ageMs / 1000)} s ago`,
      hint: null,
    };
  } finally {
    await store.close();
  }
}

/** What the configuration has to say was said before. */
async function readQuietly(context: CommandContext): Promise<FoundHands> {
  return await readHands({
    ...context,
    terminal: { ...context.terminal, err: { ...context.terminal.err, write: () => {} } },
  });
}

function checkHands({ hands, strays }: FoundHands): Finding {
  const broken = hands.filter(({ status }) => status === "error");
  if (broken.length > 0 || strays.some(({ severity }) => severity === "error")) {
    const names = broken.map(({ name }) => name).join(", ");
    return {
      status: "failed",
      message: `${broken.length} of ${hands.length} cannot run: ${names}`,
      hint: "`hands validate` shows every problem at its place.",
    };
  }
  if (hands.length === 0)
    return {
      status: "warning",
      message: strays[0]?.message ?? "there are none",
      hint: "`hands new NAME` makes one.",
    };
  return { status: "ok", message: `${hands.length} can run`, hint: null };
}

async function describeModel(
  context: CommandContext,
  config: ProjectConfig,
  isOffline: boolean,
): Promise<Finding> {
  const missing = explainMissingModel(config, context.environment);
  if (missing !== null) {
    return {
      status: config.model.name === null ? "note" : "failed",
      message: `${missing.message} Hands with a hand.ts need none.`,
      hint: missing.hint,
    };
  }
  if (isOffline)
    return { status: "note", message: `would ask ${config.model.name}; not asked: --offline`, hint: null };
  const { name, host, isListed } = await withDeadline(
    { clock: context.clock, limitMs: LONGEST_CHECK_MS },
    (signal) => checkModel(config, context.environment, signal),
  );
  if (isListed === false)
    return {
      status: "failed",
      message: `${host} answers, and does not have ${name}`,
      hint: "Load that model there, or write one that it has as name in [model] of hands.toml.",
    };
  const known = isListed === null ? "and does not list its models" : `and has ${name}`;
  return { status: "ok", message: `${host} answers, ${known}; no model was asked`, hint: null };
}

async function isServing(context: CommandContext, config: ProjectConfig): Promise<boolean> {
  const { status } = await checkServer(context, config);
  return status === "ok";
}

type Channel = NonNullable<ReturnType<ReturnType<typeof createChannels>["find"]>>;

function openChannels({ clock }: CommandContext, config: ProjectConfig): readonly Channel[] {
  const channels = createChannels(config, { clock, logger: silentLogger });
  return channels.names.flatMap((name) => channels.find(name) ?? []);
}

/** Asks the platform itself, with calls that nobody sees. */
async function checkChannel({ clock }: CommandContext, channel: Channel): Promise<Finding> {
  const { check } = channel;
  if (check === undefined) {
    const message = "cannot be asked without sending something";
    return { status: "note", message, hint: "Send a test message from the dashboard's settings." };
  }
  const message = await withDeadline({ clock, limitMs: LONGEST_CHECK_MS }, (signal) => check(signal));
  return { status: "ok", message, hint: null };
}

/** Who may decide through channels, where there are some that can ask. */
export function checkApprovers(
  channels: readonly Pick<Channel, "name" | "requests">[],
  approvers: readonly string[],
): Finding {
  const asking = channels.filter(({ requests }) => requests !== undefined).map(({ name }) => name);
  if (asking.length === 0) {
    return {
      status: "ok",
      message: "no channel asks people; they decide here or in the dashboard",
      hint: null,
    };
  }
  if (approvers.length > 0) {
    return {
      status: "ok",
      message: `${approvers.length} may decide through ${asking.join(", ")}`,
      hint: null,
    };
  }
  return {
    status: "warning",
    message: `nobody may decide through ${asking.join(", ")}: approvers is empty`,
    hint: 'List who may in [policy] of hands.toml, as in approvers = ["telegram:12345"].',
  };
}

function describeMcpServer({ tools, isTrusted, problem }: McpServerReport): Finding {
  if (tools === null) {
    return {
      status: "failed",
      message: problem?.message ?? "it cannot be used",
      hint: problem?.hint ?? null,
    };
  }
  const belief = isTrusted ? "trusted" : "not trusted, so all its tools count as destructive";
  const names = tools.length === 0 ? "no tools" : `${tools.length} tools (${tools.join(", ")})`;
  return { status: "ok", message: `${belief}; ${names}`, hint: null };
}

function print(context: CommandContext, checks: readonly Check[]): void {
  const { out } = context.terminal;
  const { cyan, dim, green, red, yellow } = out.colors;
  const paints = { ok: green, note: dim, warning: yellow, failed: red } as const;
  for (const { name, status, message, hint } of checks) {
    out.write(`${paints[status](status.padEnd(7))} ${name.padEnd(13)} ${toLine(message, 300)}\n`);
    if (hint !== null && status !== "ok")
      out.write(`${" ".repeat(22)}${cyan("hint:")} ${toLine(hint, 300)}\n`);
  }
}
