/** Replaces every known secret in texts and values before they leave. */
export interface Redactor {
  /** Adds values to hide; texts shorter than four characters would hide half of every log and are refused. */
  add(secrets: Iterable<string>): void;
  text(text: string): string;
  /** The same value with every text in it redacted; member names too. */
  value<T>(value: T): T;
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
  };
  redactor.add(initial);
  return redactor;
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
