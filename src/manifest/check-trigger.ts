import { tableAt, valueAt } from "./document-paths.ts";
import type { ManifestProblem } from "./types.ts";

/** Whether `trigger` agrees with what else the manifest says about when the hand runs. */
export function checkTrigger(document: unknown): ManifestProblem[] {
  const trigger = valueAt(document, ["hand", "trigger"]);
  const hasSchedule = Object.hasOwn(tableAt(document, ["hand"]), "schedule");
  const events = valueAt(document, ["triggers", "events"]);
  const hasEvents = Array.isArray(events) ? events.length > 0 : events !== undefined;
  if (trigger === "schedule" && !hasSchedule) {
    return [
      contradiction(
        '`trigger = "schedule"`, but there is no schedule',
        'Add `schedule = "0 7 * * *"` to [hand], or write `trigger = "manual"`.',
      ),
    ];
  }
  if (trigger === "event" && !hasEvents) {
    return [
      contradiction(
        '`trigger = "event"`, but no event is named',
        'Add a [triggers] table with `events = ["execution.succeeded:other-hand"]`.',
      ),
    ];
  }
  if (trigger === "manual" && (hasSchedule || hasEvents)) {
    const other = hasSchedule ? "schedule" : "list of events";
    return [
      contradiction(
        `\`trigger = "manual"\`, but there is a ${other}`,
        `Remove \`trigger\`, or the ${other}. To stop it for a while use \`hands pause\`.`,
      ),
    ];
  }
  return [];
}

function contradiction(message: string, hint: string): ManifestProblem {
  return {
    severity: "error",
    code: "contradicting_trigger",
    message,
    path: ["hand", "trigger"],
    at: "value",
    hint,
  };
}
