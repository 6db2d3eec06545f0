import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Environment } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { Diagnostic } from "../manifest/index.ts";
import { readAudit } from "./audit/read-audit.ts";
import { chooseModel } from "./choose-model.ts";
import type { ProjectConfig } from "./project-config.ts";
import type { ProjectFile } from "./project-file-schema.ts";
import type { ConfigFile, ReadConfigFile } from "./read-config-file.ts";
import { readRetention } from "./retention/read-retention.ts";

/** What a command was told. Paths are relative to the current folder. */
export interface ProjectFlags {
  readonly hands?: string | undefined;
  readonly db?: string | undefined;
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

export interface LoadProjectOptions {
  readonly flags: ProjectFlags;
  readonly environment: Environment;
  /** Absolute. */
  readonly cwd: string;
  /** False is for commands that only look: no secret is read, none has to be there, and each is the text `unread`. Default: true. */
  readonly withSecrets?: boolean;
}

/** A project's configuration, and what is worth saying of it. */
export interface LoadedProjectConfig {
  readonly config: ProjectConfig;
  /** Warnings alone: errors throw. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where the values came from, as in `--db`, `HANDS_DB`, `hands.toml`, `default`. */
  readonly origins: { readonly hands: string; readonly db: string };
}

const NO_FILE: ConfigFile = {
  file: {},
  secrets: { modelKey: null, providers: {}, channels: [], mcp: {}, named: {} },
  diagnostics: [],
};

/** Without a file there is nothing for a schema and a parser to do, and neither is loaded. */
const readConfigFile: ReadConfigFile = async (...given) =>
  (await import("./read-config-file.ts")).readConfigFile(...given);

const FILE_NAME = "hands.toml";
const DEFAULT_PORT = 4263;

/**
 * What a project says of itself: from flags, then `HANDS_*` variables (`DATABASE_URL` after `HANDS_DB`), then `hands.toml` in the
 * current folder, then defaults. Paths of the file are relative to the file, those of flags and variables to the current folder.
 *
 * Throws: `invalid_configuration`, with `details.diagnostics` where the file is at fault.
 */
export async function loadProjectConfig(options: LoadProjectOptions): Promise<LoadedProjectConfig> {
  const { flags, environment, cwd } = options;
  const { path, text } = await readConfigText(options);
  const isWanted = options.withSecrets ?? true;
  const { file, secrets, diagnostics } =
    text === null ? NO_FILE : await readConfigFile(path, text, { environment, isWanted });
  const projectDir = text === null ? cwd : dirname(path);
  const hands = pick([
    ["--hands", flags.hands, cwd],
    ["HANDS_HANDS_DIR", environment["HANDS_HANDS_DIR"], cwd],
    [FILE_NAME, file.hands_dir, projectDir],
    ["default", "hands", projectDir],
  ]);
  const db = pick([
    ["--db", flags.db, cwd],
    ["HANDS_DB", environment["HANDS_DB"], cwd],
    ["DATABASE_URL", environment["DATABASE_URL"], cwd],
    [FILE_NAME, file.db, projectDir],
    ["default", join("data", "hands.db"), projectDir],
  ]);
  const database = resolveDatabase(db);
  const config: ProjectConfig = {
    projectDir,
    configPath: text === null ? null : path,
    handsDir: resolve(hands.base, hands.value),
    toolsDir: await findToolsDir(file, projectDir),
    db: database,
    dataDir: findDataDir(file, projectDir, database),
    server: {
      host: flags.host ?? (environment["HANDS_HOST"] || file.server?.host || "127.0.0.1"),
      port: flags.port ?? readPort(environment["HANDS_PORT"]) ?? file.server?.port ?? DEFAULT_PORT,
      publicUrl: environment["HANDS_PUBLIC_URL"] || (file.server?.public_url ?? null),
    },
    model: chooseModel(
      {
        name: file.model?.name ?? null,
        baseUrl: file.model?.base_url ?? null,
        apiKey: secrets.modelKey,
        providers: secrets.providers,
        ...(file.model?.fallback === undefined ? {} : { fallback: file.model.fallback }),
      },
      environment["HANDS_MODEL"] || null,
    ),
    modelPrices: Object.fromEntries(
      Object.entries(file.model?.prices ?? {}).map(([name, { input, output }]) => [
        name,
        { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output },
      ]),
    ),
    policy: {
      deny: file.policy?.deny ?? [],
      allowsAutoApprove: file.policy?.auto_approve ?? true,
      approvers: file.policy?.approvers ?? [],
    },
    notify: file.policy?.notify ?? null,
    alerts: readAlerts(file),
    channels: secrets.channels,
    mcp: secrets.mcp,
    secrets: secrets.named,
    ...(file.limits === undefined
      ? {}
      : {
          limits: {
            maxCostUsdPerDay: file.limits.max_cost_usd_per_day ?? null,
            timezone: file.limits.timezone ?? "UTC",
          },
        }),
    maxConcurrent: file.max_concurrent ?? 10,
    retention: readRetention(file.retention, projectDir),
    audit: readAudit(file.audit, projectDir),
  };
  return {
    config,
    diagnostics,
    origins: { hands: hands.origin, db: db.origin },
  };
}

async function readConfigText(
  options: LoadProjectOptions,
): Promise<{ readonly path: string; readonly text: string | null }> {
  const { flags, environment, cwd } = options;
  const named = flags.config ?? (environment["HANDS_CONFIG"] || undefined);
  const path = resolve(cwd, named ?? FILE_NAME);
  try {
    return { path, text: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === "ENOENT")
      return { path, text: null };
    const reason = error instanceof TypeError ? "it is not UTF-8" : describeError(error);
    throw new HandsError("invalid_configuration", `${path} cannot be read: ${reason}`, {
      hint:
        named === undefined
          ? "Check the file."
          : "Check --config and HANDS_CONFIG; `hands init` writes a new one.",
      cause: error,
    });
  }
}

type Candidate = readonly [origin: string, value: string | undefined, base: string];
type Picked = { readonly origin: string; readonly value: string; readonly base: string };

/** The first that says something; an empty variable says nothing. */
function pick(candidates: readonly Candidate[]): Picked {
  for (const [origin, value, base] of candidates) {
    if (value !== undefined && value.trim() !== "") return { origin, value, base };
  }
  throw new HandsError("internal", "a setting has no default");
}

function resolveDatabase({ origin, value, base }: Picked): string {
  if (/^postgres(ql)?:\/\//.test(value) || value === ":memory:") return value;
  const path = value.startsWith("sqlite:") ? value.slice("sqlite:".length) : value;
  // The address itself is not shown: it may carry a password.
  if (origin === "DATABASE_URL" || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new HandsError(
      "invalid_configuration",
      `The database that ${origin} names is neither a file nor Postgres`,
      {
        hint: "Give a path such as data/hands.db, or a postgres:// address. HANDS_DB goes before DATABASE_URL.",
      },
    );
  }
  return resolve(base, path);
}

function findDataDir(file: ProjectFile, projectDir: string, db: string): string {
  if (file.data_dir !== undefined) return resolve(projectDir, file.data_dir);
  return /^postgres(ql)?:\/\//.test(db) || db === ":memory:" ? join(projectDir, "data") : dirname(db);
}

/** One that is named has to be there: its tools would be missing without a word. */
async function findToolsDir(file: ProjectFile, projectDir: string): Promise<string> {
  const toolsDir = resolve(projectDir, file.tools_dir ?? "tools");
  if (file.tools_dir === undefined) return toolsDir;
  const found = await stat(toolsDir).catch(() => null);
  if (found?.isDirectory() === true) return toolsDir;
  throw new HandsError("invalid_configuration", `tools_dir is ${toolsDir}, which is no folder`, {
    hint: "Make the folder, or remove tools_dir from hands.toml.",
  });
}

function readPort(written: string | undefined): number | undefined {
  if (written === undefined || written === "") return undefined;
  const port = /^\d+$/.test(written) ? Number(written) : Number.NaN;
  if (port <= 65_535) return port;
  throw new HandsError("invalid_configuration", `HANDS_PORT is ${JSON.stringify(written)}; expected a port`, {
    hint: "Give a whole number from 0 to 65535; 0 is any free port.",
  });
}

function readAlerts({ alerts, limits }: ProjectFile): NonNullable<ProjectConfig["alerts"]> {
  const { enabled = true, channels = null, digest = "09:00" } = alerts ?? {};
  const timezone = alerts?.timezone ?? limits?.timezone ?? "UTC";
  return { isEnabled: enabled, channels, digest: digest === false ? null : { at: digest, timezone } };
}
