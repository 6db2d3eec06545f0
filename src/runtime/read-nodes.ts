import { toIso } from "../core/index.ts";
import type { NodeRole, NodeRow, NodeState, Store } from "../store/index.ts";
import { listNodeHands, listNodes, readNodeState } from "../store/index.ts";

/** Those that stopped or went silent are shown for this long. */
const SHOWN_MS = 3_600_000;
/** More names help nobody. */
const MOST_DIFFERENCES = 20;

/** How the hands of one node differ from those that most nodes have. */
export interface HandDifference {
  readonly handName: string;
  /** `changed`: another version of it. `missing`: it does not have it. `extra`: only it has it. */
  readonly kind: "changed" | "missing" | "extra";
}

/** A process that shares the store, as people are shown it. */
export interface NodeJson {
  readonly id: string;
  readonly hostName: string;
  readonly pid: number;
  readonly roles: readonly NodeRole[];
  readonly state: NodeState;
  readonly programVersion: string;
  /** Does a node that is alive have another version of the program? */
  readonly isOtherVersion: boolean;
  readonly schemaNumber: number;
  readonly handsDir: string;
  /** Null until it has read them. */
  readonly handsVersion: string | null;
  /** At most 20. */
  readonly handsDifferences: readonly HandDifference[];
  readonly activeCount: number;
  readonly maxActive: number;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly stoppedAt: string | null;
}

/** The processes that share a store: those that are alive, and those that stopped or went silent within the hour. */
export async function readNodes(store: Pick<Store, "db" | "nowMs">): Promise<readonly NodeJson[]> {
  const nowMs = store.nowMs();
  const rows = await listNodes(store, { seenSinceMs: nowMs - SHOWN_MS });
  const present = rows.filter((row) => isPresent(row, nowMs));
  const common = findMostCommon(present, (row) => row.hands_hash);
  const version = findMostCommon(present, (row) => row.program_version);
  const different = present.filter((row) => row.hands_hash !== null && row.hands_hash !== common?.hands_hash);
  const reference = different.length === 0 || common === undefined ? [] : [common];
  const hands = await listNodeHands(
    store,
    [...reference, ...different].map(({ id }) => id),
  );
  const usual = hands.get(common?.id ?? "") ?? {};
  const isDifferent = new Set(different.map(({ id }) => id));
  return rows.map((row) => ({
    id: row.id,
    hostName: row.host_name,
    pid: row.pid,
    roles: JSON.parse(row.roles_json) as NodeRole[],
    state: readNodeState(row, nowMs),
    programVersion: row.program_version,
    isOtherVersion: isPresent(row, nowMs) && row.program_version !== version?.program_version,
    schemaNumber: row.schema_number,
    handsDir: row.hands_dir,
    handsVersion: row.hands_hash?.slice(0, 12) ?? null,
    handsDifferences: isDifferent.has(row.id) ? compareHands(hands.get(row.id) ?? {}, usual) : [],
    activeCount: row.active_count,
    maxActive: row.max_active,
    startedAt: toIso(row.started_at),
    lastSeenAt: toIso(row.last_seen_at),
    stoppedAt: toIso(row.stopped_at),
  }));
}

/** How the hands of one node differ from the usual ones, by name. */
export function compareHands(
  own: Readonly<Record<string, string>>,
  usual: Readonly<Record<string, string>>,
): readonly HandDifference[] {
  const names = [...new Set([...Object.keys(own), ...Object.keys(usual)])].sort();
  return names
    .flatMap((handName): HandDifference[] => {
      if (own[handName] === usual[handName]) return [];
      if (own[handName] === undefined) return [{ handName, kind: "missing" }];
      return [{ handName, kind: usual[handName] === undefined ? "extra" : "changed" }];
    })
    .slice(0, MOST_DIFFERENCES);
}

function isPresent(row: NodeRow, nowMs: number): boolean {
  const state = readNodeState(row, nowMs);
  return state === "alive" || state === "outdated";
}

/** The newest node of those that have the most common value. */
function findMostCommon(
  rows: readonly NodeRow[],
  read: (row: NodeRow) => string | null,
): NodeRow | undefined {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = read(row);
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return rows.find((row) => counts.get(read(row) ?? "") === most && most > 0);
}
