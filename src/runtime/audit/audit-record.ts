import type { Store } from "../../store/index.ts";
import { readRuntimeValue } from "../../store/index.ts";

export const AUDIT_RECORD_KEY = "audit.verified";

/** What the last verification by a running program came to. */
export interface AuditRecord {
  /** Epoch milliseconds. */
  readonly verifiedAt: number;
  /** Of the last event that was verified; null where something was wrong. */
  readonly position: number | null;
  readonly problem: string | null;
}

/** Null where nothing was verified yet. */
export function parseAuditRecord(text: string | null): AuditRecord | null {
  return text === null ? null : (JSON.parse(text) as AuditRecord);
}

export async function readAuditRecord(store: Pick<Store, "db">): Promise<AuditRecord | null> {
  return parseAuditRecord(await readRuntimeValue(store, AUDIT_RECORD_KEY));
}
