import { z } from "zod";
import { count, instant, instantOrNull, list, textOrNull } from "./parts.ts";

/** A process that shares the database. */
export const node = z
  .object({
    id: z.string(),
    hostName: z.string(),
    pid: count,
    roles: list(z.enum(["scheduler", "worker", "server", "command"])),
    /** `outdated`: a newer version has changed the database, so it takes no more work. `silent`: not heard of for 15 seconds. */
    state: z.enum(["alive", "outdated", "silent", "stopped"]),
    programVersion: z.string(),
    /** Another version than most nodes have. */
    isOtherVersion: z.boolean(),
    schemaNumber: count,
    handsDir: z.string(),
    /** Names the contents of its hands folder; null until it has read them. */
    handsVersion: textOrNull,
    /** How its hands differ from those that most nodes have; at most 20. */
    handsDifferences: list(z.object({ handName: z.string(), kind: z.enum(["changed", "missing", "extra"]) })),
    activeCount: count,
    maxActive: count,
    startedAt: instant,
    lastSeenAt: instant,
    stoppedAt: instantOrNull,
    /** Is it the process that answers? */
    isThis: z.boolean(),
  })
  .meta({ id: "Node", description: "A process that shares the database." });

export const nodeList = z.object({ items: list(node) }).meta({ id: "NodeList" });
