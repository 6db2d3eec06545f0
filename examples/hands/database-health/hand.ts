import type { HandContext } from "hands";
import { HandsError } from "hands";
import type { Measured, Sample } from "./assess.ts";
import { addSample, calculateGrowth, describe, formatBytes, isWorthCompacting } from "./assess.ts";

interface Parameters {
  readonly files: readonly string[];
  readonly slow_ms: number;
  readonly compact_percent: number;
  readonly compact_bytes: number;
  readonly history_days: number;
}

interface OwnHealth {
  readonly engine: string;
  readonly isHealthy: boolean;
  readonly latencyMs: number;
  readonly sizeBytes: number | null;
}

type Sizes = Readonly<Record<string, readonly Sample[]>>;

/** What a gate, a human or an operator says instead of yes. */
const REFUSALS = ["approval_rejected", "approval_expired", "denied"];

export default async function checkDatabases(hand: HandContext) {
  const parameters = hand.parameters as unknown as Parameters;
  const databases = await Promise.all([
    measureOwn(hand, parameters),
    ...parameters.files.map((file) => measure(hand, file)),
  ]);
  const sizes = await remember(hand, databases, parameters.history_days);
  const bad = databases.filter(({ problem }) => problem !== null);
  const lines = databases.map((database) => describe(database, calculateGrowth(sizes[database.name] ?? [])));

  // One after the other: the answer to one request says nothing about the next database.
  const compacted: string[] = [];
  for (const database of databases.filter((one) => isWorthCompacting(one, parameters))) {
    compacted.push(await compact(hand, database));
  }
  return [
    bad.length === 0
      ? `# All ${databases.length} databases are well`
      : `# Look at ${bad.map(({ name }) => name).join(", ")}`,
    lines.join("\n"),
    ...(compacted.length === 0 ? [] : [compacted.join("\n")]),
  ].join("\n\n");
}

async function measureOwn(hand: HandContext, { slow_ms }: Parameters): Promise<Measured> {
  const { engine, isHealthy, latencyMs, sizeBytes } = await hand.tool<OwnHealth>("db_health");
  const slow = latencyMs > slow_ms ? `took ${latencyMs} ms to answer` : null;
  const problem = isHealthy ? slow : "does not answer as it should";
  return { name: `hands (${engine})`, problem, sizeBytes, emptyBytes: 0 };
}

async function measure(hand: HandContext, file: string): Promise<Measured> {
  return { name: file, ...(await hand.tool<Omit<Measured, "name">>("check_sqlite", { file })) };
}

/** Sizes over the days, by database; those that are watched no more are forgotten. */
async function remember(
  hand: HandContext,
  databases: readonly Measured[],
  historyDays: number,
): Promise<Sizes> {
  const at = hand.now().toISOString();
  const { value } = await hand.tool<{ value: Sizes | null }>("memory_get", { key: "sizes" });
  const sizes = Object.fromEntries(
    databases.map(({ name, sizeBytes }) => {
      const known = value?.[name] ?? [];
      return [name, sizeBytes === null ? known : addSample(known, { at, sizeBytes }, historyDays)];
    }),
  );
  const total = databases.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  await hand.tool("memory_set", { key: "sizes", value: sizes });
  await hand.tool("memory_set", { key: "total_bytes", value: total });
  return sizes;
}

async function compact(hand: HandContext, { name, emptyBytes }: Measured): Promise<string> {
  try {
    const { freedBytes } = await hand.tool<{ freedBytes: number }>("compact_sqlite", {
      file: name,
      emptyBytes,
    });
    return `Compacted ${name}: ${formatBytes(Math.max(0, freedBytes))} freed.`;
  } catch (error) {
    if (!(error instanceof HandsError) || !REFUSALS.includes(error.code)) throw error;
    return `Not compacted: ${name}. ${error.message}`;
  }
}
