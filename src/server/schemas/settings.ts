import { z } from "zod";
import { count, instant, instantOrNull, json, list, numberOrNull, scope, textOrNull } from "./parts.ts";

/** What the process is set up with. No secret is in it. */
export const settings = z
  .object({
    version: z.string(),
    nodeVersion: z.string(),
    platform: z.string(),
    startedAt: instant,
    nodeId: z.string(),
    project: z.object({ dir: z.string(), configPath: textOrNull, handsDir: z.string(), dataDir: z.string() }),
    database: z.object({
      engine: z.string(),
      isHealthy: z.boolean(),
      /** Null where the database does not say: Postgres. */
      sizeBytes: numberOrNull,
      latencyMs: z.number(),
    }),
    /** Counted up to a million of each. */
    kept: z.object({ executionCount: count, eventCount: count }),
    /** What is pruned by itself, in milliseconds of age; null is kept for ever. */
    retention: z.object({
      prunesAnything: z.boolean(),
      executionsMs: numberOrNull,
      executionsPerHand: numberOrNull,
      keepNewest: count,
      eventsMs: numberOrNull,
      deliveriesMs: numberOrNull,
      versionsMs: numberOrNull,
      archiveDir: textOrNull,
      /** Null before the first pruning. */
      lastPruning: z
        .object({
          endedAt: instant,
          removed: z.record(z.string(), count),
          totalRemoved: z.record(z.string(), count),
        })
        .nullable(),
    }),
    /** The chain of audited events. */
    audit: z.object({
      head: z.object({ position: count, hash: textOrNull }),
      /** Up to here events were pruned. */
      checkpointPosition: count,
      unsealedCount: count,
      /** What of it is null is not configured. */
      anchor: z.object({ file: textOrNull, channel: textOrNull, everyMs: numberOrNull }),
      /** By a running program; null before the first one. A problem is a sentence; null where nothing was changed. */
      lastVerification: z.object({ at: instant, problem: textOrNull }).nullable(),
    }),
    server: z.object({ host: z.string(), port: count }),
    model: z.object({
      name: textOrNull,
      baseUrl: textOrNull,
      hasKey: z.boolean(),
      providers: list(z.object({ name: z.string(), baseUrl: textOrNull, hasKey: z.boolean() })),
    }),
    channels: list(z.object({ name: z.string(), type: z.string(), destination: z.string() })),
    policy: z.object({
      deny: list(z.string()),
      allowsAutoApprove: z.boolean(),
      approvers: list(z.string()),
    }),
    /** Names alone. */
    secrets: list(z.object({ name: z.string(), isSet: z.boolean() })),
    maxConcurrent: count,
    isAllPaused: z.boolean(),
  })
  .meta({ id: "Settings", description: "What the process is set up with; no secret is in it." });

/** A token as lists show it; the token itself is shown once, when it is made. */
export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: list(scope),
    createdAt: instant,
    createdBy: z.string(),
    expiresAt: instantOrNull,
    lastUsedAt: instantOrNull,
    revokedAt: instantOrNull,
    revokedBy: textOrNull,
  })
  .meta({ id: "Token" });

export const tokenList = z.object({ items: list(token) }).meta({ id: "TokenList" });

export const newToken = z.object({ token, secret: z.string() }).meta({
  id: "NewToken",
  description: "`secret` is shown this once; only its hash is stored.",
});

/** Who the caller is. */
export const session = z
  .object({
    /** The name that decisions are recorded under. */
    name: z.string(),
    kind: z.enum(["session", "token"]),
    scopes: list(scope),
    expiresAt: instantOrNull,
    /** Goes into the header `x-hands-csrf` of every request that changes something; null for a token. */
    csrfToken: textOrNull,
  })
  .meta({ id: "Session" });

/** One thing that happened. */
export const event = z
  .object({
    id: z.string(),
    position: count,
    type: z.string(),
    handName: textOrNull,
    executionId: textOrNull,
    data: json,
    createdAt: instant,
    isAudited: z.boolean(),
  })
  .meta({ id: "Event", description: "One thing that happened, in its place." });

export const health = z
  .object({ status: z.enum(["ok", "not_ready", "stopping", "outdated"]) })
  .meta({ id: "Health" });

/** A trial that really was made. */
export const trial = z
  .object({ isOk: z.boolean(), message: z.string(), durationMs: z.number() })
  .meta({ id: "Trial", description: "What a trial of a model or channel came to." });

export const done = z.object({ hasChanged: z.boolean() }).meta({ id: "Done" });
