import { existsSync } from "node:fs";
import { silentLogger } from "../core/index.ts";
import { formatDiagnostic } from "../manifest/index.ts";
import type { LoadedProjectConfig, ProjectConfig } from "../runtime/index.ts";
import { loadProjectConfig } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import { openStore } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";

/** The project's configuration; warnings are said on stderr. Secrets are read only where the command needs them. */
export async function loadProject(
  context: CommandContext,
  { withSecrets }: { readonly withSecrets: boolean } = { withSecrets: false },
): Promise<LoadedProjectConfig> {
  const { globals, environment, cwd } = context;
  const loaded = await loadProjectConfig({ flags: globals, environment, cwd, withSecrets });
  const color = context.terminal.err.colors.isColorSupported;
  for (const diagnostic of loaded.diagnostics) say(context, formatDiagnostic(diagnostic, { color }));
  return loaded;
}

/** Is there a database at all? One that is a server always counts as there. */
export function hasDatabase({ db }: Pick<ProjectConfig, "db">): boolean {
  return isPostgres(db) || db === ":memory:" || existsSync(db);
}

/** The store for looking only. Where there is no database yet, an empty one that nobody keeps: no database is no state. */
export async function openForReading(context: CommandContext, config: ProjectConfig): Promise<Store> {
  const { clock } = context;
  return hasDatabase(config)
    ? await openStore({ db: config.db, clock, logger: silentLogger, readOnly: true })
    : await openStore({ db: ":memory:", clock, logger: silentLogger });
}

/** The store for a change, made where it is missing. */
export async function openForWriting(context: CommandContext, config: ProjectConfig): Promise<Store> {
  return await openStore({ db: config.db, clock: context.clock, logger: silentLogger });
}

/** Does a change on the store, which is made where it is missing and closed afterwards. */
export async function withWritingStore<Result>(
  context: CommandContext,
  config: ProjectConfig,
  change: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openForWriting(context, config);
  try {
    return await change(store);
  } finally {
    await store.close();
  }
}

/** The database as people are shown it: an address without its password. */
export function describeDatabase(db: string): string {
  if (!isPostgres(db)) return db;
  const url = URL.parse(db);
  return url === null ? "Postgres" : `Postgres ${url.host}${url.pathname}`;
}

export function isPostgres(db: string): boolean {
  return /^postgres(ql)?:\/\//.test(db);
}
