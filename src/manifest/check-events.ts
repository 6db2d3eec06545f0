import { findNearest } from "../core/index.ts";
import { valueAt } from "./document-paths.ts";
import { findEventSubject, parseFileGlob, TRIGGER_EVENT_TYPES } from "./trigger-events.ts";
import type { ManifestProblem } from "./types.ts";

/** Every event has to be one that something raises, else the hand would wait for ever. */
export function checkEvents(document: unknown): ManifestProblem[] {
  const events = valueAt(document, ["triggers", "events"]);
  return (Array.isArray(events) ? events : []).flatMap((event: unknown, index): ManifestProblem[] => {
    const found = typeof event === "string" ? findFault(event) : null;
    if (found === null) return [];
    return [{ severity: "error", ...found, path: ["triggers", "events", index], at: "value" }];
  });
}

function findFault(event: string): Pick<ManifestProblem, "code" | "message" | "hint"> | null {
  const type = (event.split(":", 1)[0] ?? "").trim();
  // A text of another form is told so by the schema.
  if (type === "") return null;
  if (!(TRIGGER_EVENT_TYPES as readonly string[]).includes(type)) {
    const nearest = findNearest(type, TRIGGER_EVENT_TYPES);
    const known = `Events are ${TRIGGER_EVENT_TYPES.map((name) => `\`${name}:…\``).join(", ")}.`;
    return {
      code: "unknown_event",
      message: `Nothing raises the event \`${type}\``,
      hint: nearest === undefined ? known : `Did you mean \`${nearest}\`? ${known}`,
    };
  }
  if (!event.includes(":")) {
    const subject = type === "file" ? "inbox/*.csv" : "*";
    return {
      code: "unknown_event",
      message: `\`${event}\` does not say what it is about`,
      hint: `Write \`${type}:${subject}\`.`,
    };
  }
  const glob = findEventSubject(event, "file");
  const refused = glob === null ? null : parseFileGlob(glob);
  if (typeof refused !== "string") return null;
  return {
    code: "invalid_file_glob",
    message: `\`${event}\` cannot be watched: ${refused}`,
    hint: "Name a folder of the project and in its last part the file, as in `file:inbox/*.csv`.",
  };
}
