import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { HandsError, toIso } from "../core/index.ts";
import { readAnchors } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";
import { readAuditHead, readAuditRecords, verifyEventChain } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { describeDatabase, hasDatabase, loadProject, openForReading } from "./project.ts";

/** Verifies the chain, against the anchors where there are some. Ends with 1 where something was changed. */
export async function verifyAudit(context: CommandContext, written: string | undefined): Promise<number> {
  return await withAudit(context, async (store, config) => {
    const own = config.audit?.anchorFile ?? null;
    const path = written === undefined ? own : resolve(context.cwd, written);
    // The project's own file is not there before the first anchor; one that somebody names has to be.
    const isThere = path !== null && (written !== undefined || existsSync(path));
    const anchors = isThere ? await readAnchors(path) : [];
    const verdict = await verifyEventChain(store, anchors);
    const { unsealedCount } = await readAuditHead(store);
    if (context.isJson) writeJson(context, { ...verdict, anchorCountGiven: anchors.length, unsealedCount });
    if (!verdict.isIntact) {
      say(context, `The chain is broken at event ${verdict.position}: ${verdict.problem}`);
      return EXIT.failed;
    }
    const { eventCount, auditedCount, anchorCount, head } = verdict;
    say(
      context,
      `Nothing was changed: ${auditedCount} audited of ${eventCount} events up to ${head.position}, as sealed.`,
    );
    say(
      context,
      anchors.length === 0
        ? "Without anchors nobody can say whether its end was cut off or all of it was written anew: docs/audit.md."
        : `It agrees with ${anchorCount} of ${anchors.length} anchors; the others are of events that were pruned.`,
    );
    if (unsealedCount > 0)
      say(context, `${unsealedCount} events are not sealed yet; a running \`hands up\` does that.`);
    return EXIT.ok;
  });
}

/** Streams the audited events to stdout. */
export async function exportAudit(
  context: CommandContext,
  { since, until }: { readonly since?: string; readonly until?: string },
): Promise<number> {
  const range = { since: parseWhen("--since", since), until: parseWhen("--until", until) };
  return await withAudit(context, async (store) => {
    for await (const page of readAuditRecords(store, range))
      context.terminal.out.write(page.map((record) => `${JSON.stringify(record)}\n`).join(""));
    return EXIT.ok;
  });
}

/** Prints the head as a line of an anchor file. */
export async function printAuditHead(context: CommandContext): Promise<number> {
  return await withAudit(context, async (store) => {
    const { head } = await readAuditHead(store);
    const { position, hash } = head;
    const anchor = { position, hash, at: toIso(context.clock.now()) };
    context.terminal.out.write(
      context.isJson ? `${JSON.stringify(anchor)}\n` : `${position} ${hash ?? "-"} ${anchor.at}\n`,
    );
    return EXIT.ok;
  });
}

async function withAudit(
  context: CommandContext,
  look: (store: Store, config: Awaited<ReturnType<typeof loadProject>>["config"]) => Promise<number>,
): Promise<number> {
  const { config } = await loadProject(context);
  if (!hasDatabase(config))
    throw new HandsError("store_failed", `there is no database ${describeDatabase(config.db)} yet`);
  const store = await openForReading(context, config);
  try {
    return await look(store, config);
  } finally {
    await store.close();
  }
}

/** A day is its beginning in UTC. */
function parseWhen(option: string, written: string | undefined): number | null {
  if (written === undefined) return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(written);
  const isInstant = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(written);
  const at = isDay || isInstant ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new HandsError(
    "invalid_argument",
    `${option} is ${JSON.stringify(written)}, which is no day or instant`,
    {
      hint: "Write 2026-01-31 or 2026-01-31T08:00:00Z.",
    },
  );
}
