import { assertMayDecide } from "../approvals/index.ts";
import { HandsError, parseDuration, systemRandom, toIso } from "../core/index.ts";
import type { Scope } from "../server/index.ts";
import type { Store } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatTable } from "./format-table.ts";
import { formatWhen } from "./format-time.ts";
import { readOperatorName } from "./operator.ts";
import { toLine } from "./printable.ts";
import { loadProject, openForReading, withWritingStore } from "./project.ts";

/** Makes a token; the secret alone is on stdout. */
export async function createToken(
  context: CommandContext,
  wanted: { readonly name: string; readonly scopes: readonly string[]; readonly expires: string | undefined },
): Promise<number> {
  const { createApiToken, isScope, SCOPES } = await import("../server/index.ts");
  const wrong = wanted.scopes.find((scope) => !isScope(scope));
  if (wanted.scopes.length === 0 || wrong !== undefined) {
    throw new HandsError(
      "invalid_argument",
      wrong === undefined ? "what may the token do?" : `${JSON.stringify(wrong)} is no scope`,
      { hint: `Give --scope with one or more of ${SCOPES.join(", ")}.` },
    );
  }
  return await changeTokens(context, async (store) => {
    const expiresAt = wanted.expires === undefined ? null : store.nowMs() + parseDuration(wanted.expires);
    const { row, secret } = await createApiToken(store, systemRandom, {
      name: wanted.name,
      scopes: wanted.scopes.filter(isScope),
      expiresAt,
      by: readOperatorName(),
    });
    if (context.isJson) {
      writeJson(context, { id: row.id, name: row.name, expiresAt: toIso(row.expires_at), token: secret });
    } else context.terminal.out.write(`${secret}\n`);
    say(context, `Keep it: it is shown this once. \`hands token revoke ${toLine(row.name)}\` takes it back.`);
  });
}

export async function listTokens(context: CommandContext): Promise<number> {
  const { readApiTokens } = await import("../server/index.ts");
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    const rows = await readApiTokens(store);
    const nowMs = context.clock.now();
    const tokens = rows.map((row) => ({
      id: row.id,
      name: row.name,
      scopes: JSON.parse(row.scopes_json) as readonly Scope[],
      createdAt: toIso(row.created_at),
      createdBy: row.created_by,
      lastUsedAt: toIso(row.last_used_at),
      expiresAt: toIso(row.expires_at),
      revokedAt: toIso(row.revoked_at),
      revokedBy: row.revoked_by,
    }));
    if (context.isJson) writeJson(context, tokens);
    else if (tokens.length === 0)
      say(context, "There is no token. `hands token create NAME --scope read` makes one.");
    else {
      const lines = tokens.map((token) => [
        toLine(token.name),
        token.scopes.join(","),
        describeState(token, nowMs),
        formatWhen(token.lastUsedAt, nowMs),
        token.id,
      ]);
      context.terminal.out.write(
        formatTable(context.terminal.out, ["NAME", "SCOPES", "STATE", "LAST USED", "ID"], lines),
      );
    }
  } finally {
    await store.close();
  }
  return EXIT.ok;
}

export async function revokeTokens(context: CommandContext, written: string): Promise<number> {
  const { readApiTokens, revokeToken } = await import("../server/index.ts");
  return await changeTokens(context, async (store) => {
    const active = (await readApiTokens(store)).filter((row) => row.revoked_at === null);
    const found = active.filter(
      ({ id, name }) =>
        name === written || (written !== "" && (id.startsWith(written) || id.endsWith(written))),
    );
    const [token] = found;
    if (token === undefined || found.length > 1) {
      throw new HandsError(
        "invalid_argument",
        token === undefined
          ? `no token in force is called ${JSON.stringify(written)}`
          : `${JSON.stringify(written)} is the name or a part of the id of ${found.length} tokens`,
        { hint: "`hands token list` shows them with their ids." },
      );
    }
    await revokeToken(store, { tokenId: token.id, by: readOperatorName() });
    say(context, `The token ${toLine(token.name)} is revoked: it opens nothing any more.`);
  });
}

/** The link alone is on stdout. */
export async function printLoginLink(context: CommandContext): Promise<number> {
  const { createLoginCode } = await import("../server/index.ts");
  const { findServerUrl } = await import("../store/index.ts");
  return await changeTokens(context, async (store) => {
    const url = await findServerUrl(store);
    if (url === null) {
      throw new HandsError("invalid_argument", "no server ran on this database yet", {
        hint: "Start it with `hands up`: the first start prints a link.",
      });
    }
    context.terminal.out.write(`${url}/login?code=${await createLoginCode(store, systemRandom)}\n`);
    say(context, "It works once, within the hour.");
  });
}

/** An agent must not be able to give itself the right to decide. */
async function changeTokens(
  context: CommandContext,
  change: (store: Store) => Promise<void>,
): Promise<number> {
  assertMayDecide(context.environment);
  const { config } = await loadProject(context);
  await withWritingStore(context, config, change);
  return EXIT.ok;
}

function describeState(
  token: { readonly revokedAt: string | null; readonly expiresAt: string | null },
  nowMs: number,
): string {
  if (token.revokedAt !== null) return "revoked";
  if (token.expiresAt === null) return "in force";
  return Date.parse(token.expiresAt) <= nowMs ? "expired" : `until ${token.expiresAt.slice(0, 10)}`;
}
