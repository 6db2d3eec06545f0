/** Types of events that a hand may be started by, each followed by a colon and what it is about. */
export const TRIGGER_EVENT_TYPES = [
  "execution.succeeded",
  "execution.failed",
  "execution.cancelled",
  "approval.expired",
  "file",
] as const;

/** Which files a `file:` event is about. */
export interface FileGlob {
  /** Relative to the project, with `/`; empty for the project's folder itself. */
  readonly folder: string;
  /** What the file's name has to match. */
  readonly pattern: string;
}

/** The part of an event after its type, trimmed; null where it is of another type. */
export function findEventSubject(event: string, type: string): string | null {
  const colon = event.indexOf(":");
  if (colon === -1 || event.slice(0, colon).trim() !== type) return null;
  return event.slice(colon + 1).trim();
}

/** Reads the glob of a `file:` event; a text says why it is refused. */
export function parseFileGlob(glob: string): FileGlob | string {
  if (glob === "") return "it names no file";
  if (glob.includes("\\")) return "folders are separated by `/`";
  if (glob.startsWith("/") || glob.startsWith("~") || /^[A-Za-z]:/.test(glob))
    return "it has to be relative to the project's folder";
  const segments = glob.split("/");
  const pattern = segments.pop() ?? "";
  if (pattern === "") return "it names a folder and no file";
  if (segments.includes("") || [...segments, pattern].some((segment) => segment === "." || segment === ".."))
    return "`.`, `..` and empty folders are not allowed";
  if (segments.some((segment) => segment.includes("*"))) return "only the last part may have a `*`";
  if (/[?[\]{}]/.test(pattern)) return "`*` is the only character that stands for others";
  return { folder: segments.join("/"), pattern };
}
