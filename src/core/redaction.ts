/** Replaces every known secret in texts and values before they leave. */
export interface Redactor {
  /** Adds values to hide; texts shorter than four characters would hide half of every log and are refused. */
  add(secrets: Iterable<string>): void;
  text(text: string): string;
  /** The same value with every text in it redacted; member names too. */
  value<T>(value: T): T;
  /** Redacts a text that comes in pieces, so that a secret which was cut in two is found all the same. */
  stream(): RedactedStream;
}

/** A text that comes in pieces, without secrets. */
export interface RedactedStream {
  /** Gives what can be shown by now; the beginning of what may become a secret is kept back. */
  add(piece: string): string;
  /** Gives what was kept back: it became no secret. */
  end(): string;
}

const MASK = "[redacted]";
const SHORTEST_SECRET = 4;

/** A redactor that knows the given secrets, in their plain, JSON-escaped, URL-encoded and base64 forms. */
export function createRedactor(initial: Iterable<string> = []): Redactor {
  const needles = new Set<string>();
  let ordered: string[] = [];

  const redactor: Redactor = {
    add(secrets) {
      for (const secret of secrets) {
        if (secret.length < SHORTEST_SECRET) continue;
        needles.add(secret);
        needles.add(encodeURIComponent(secret));
        needles.add(JSON.stringify(secret).slice(1, -1));
        needles.add(Buffer.from(secret).toString("base64"));
      }
      ordered = [...needles].sort((left, right) => right.length - left.length);
    },
    text(text) {
      let result = text;
      for (const needle of ordered) if (result.includes(needle)) result = result.replaceAll(needle, MASK);
      return result;
    },
    value<T>(value: T): T {
      return ordered.length === 0 ? value : (redactValue(value, redactor.text) as T);
    },
    stream() {
      let kept = "";
      return {
        add(piece) {
          const text = kept + piece;
          const end = findSafeEnd(text, ordered);
          kept = text.slice(end);
          return redactor.text(text.slice(0, end));
        },
        end() {
          const text = redactor.text(kept);
          kept = "";
          return text;
        },
      };
    },
  };
  redactor.add(initial);
  return redactor;
}

/** Up to where a text can be redacted by itself, whatever follows: before the first place where a secret may have begun. */
function findSafeEnd(text: string, needles: readonly string[]): number {
  let end = text.length;
  for (const needle of needles) {
    const from = Math.max(0, text.length - needle.length + 1);
    for (let at = from; at < end; at += 1) if (needle.startsWith(text.slice(at))) end = at;
  }
  // A whole secret that reaches over that place is not cut in two by it.
  for (const needle of needles) {
    const at = text.lastIndexOf(needle, end - 1);
    if (at !== -1 && at < end && at + needle.length > end) end = at + needle.length;
  }
  return end;
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactValue(item, redact)]),
  );
}
