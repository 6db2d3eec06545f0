import { z } from "zod";

/*
 * The schemas of this folder import nothing but zod and each other, so that a browser's build can take their types without the program
 * behind them. What is absent is null; lists are read-only.
 */

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonMembers;

/** A JSON object. */
export interface JsonMembers {
  readonly [key: string]: Json | undefined;
}

export const json = z.unknown() as z.ZodType<Json>;
export const jsonObject = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonMembers>;

/** ISO 8601 UTC with milliseconds. */
export const instant = z.iso.datetime();
export const instantOrNull = instant.nullable();
export const textOrNull = z.string().nullable();
export const numberOrNull = z.number().nullable();
export const count = z.int().min(0);

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

/** Null, or a schema that has a name of its own in the document. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.null()]);
}

/** One page of a list. `nextCursor` is null on the last. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: list(item), nextCursor: textOrNull });
}

export const effect = z.enum(["read", "write", "destructive"]);
export const triggerType = z.enum(["schedule", "manual", "event", "webhook"]);
export const executionStatus = z.enum(["queued", "running", "waiting", "ended"]);
export const outcome = z.enum(["success", "failure", "approval_pending", "timeout", "skipped", "cancelled"]);
export const handStatus = z.enum(["disabled", "idle", "scheduled", "running", "paused", "error"]);
export const stepKind = z.enum(["model", "tool", "wait", "delivery"]);
export const stepStatus = z.enum([
  "proposed",
  "awaiting",
  "approved",
  "denied",
  "executing",
  "done",
  "failed",
  "unknown",
]);
export const approvalStatus = z.enum([
  "pending",
  "approved",
  "rejected",
  "expired",
  "auto_approved",
  "cancelled",
]);
export const deliveryStatus = z.enum([
  "waiting",
  "pending",
  "sending",
  "retrying",
  "delivered",
  "failed",
  "denied",
]);
export const scope = z.enum(["read", "trigger", "decide", "admin"]);
