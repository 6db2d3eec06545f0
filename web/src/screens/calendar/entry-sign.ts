import type { CalendarEntry } from "../../api/types.ts";
import type { Sign } from "../../format/states.ts";
import { executionSigns } from "../../format/states.ts";

/** What became of a fire, or what is to become of it. */
export function signOfEntry(entry: CalendarEntry): Sign {
  switch (entry.kind) {
    case "planned":
      return { icon: "ring", word: "planned", tone: "quiet" };
    case "held":
      return { icon: "pause", word: "held: paused", tone: "wait" };
    case "open":
      return entry.outcome === "approval_pending" ? executionSigns.waiting_approval : executionSigns.running;
    case "skipped":
      return executionSigns.skipped;
    case "ran":
      return entry.outcome === null || entry.outcome === "approval_pending"
        ? executionSigns.running
        : executionSigns[entry.outcome];
  }
}
