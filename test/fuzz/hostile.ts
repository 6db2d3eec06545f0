import { fc } from "../support/properties.ts";

/** Texts that broke other programs. */
export const HOSTILE_TEXTS = [
  "",
  "\0",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "../../../etc/passwd",
  "..\\..\\windows",
  "/etc/passwd",
  "CON",
  "nul.txt",
  "a".repeat(300),
  "\u202Egpj.exe",
  "e\u0301".repeat(50),
  "\uD800",
  "\uFFFF\uFEFF",
  "İstanbul",
  "%00%2e%2e%2f",
  "{{7*7}}",
  "'; DROP TABLE hands; --",
  "<script>alert(1)</script>",
  "9".repeat(400),
  "1e999",
  "-1",
  "NaN",
  "(".repeat(500),
  "{".repeat(500),
  "[".repeat(2000),
  "a,".repeat(500),
  "0 0 30 2 *",
  "Mars/Olympus",
  "9999-99-99T99:99:99Z",
  "\r\nx-injected: yes",
  "\u001b[2J",
] as const;

export const hostileText = fc.oneof(
  { arbitrary: fc.constantFrom(...HOSTILE_TEXTS), weight: 3 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 60 }), weight: 1 },
  { arbitrary: fc.string({ maxLength: 30 }), weight: 1 },
);

/** Any JSON there can be, keys of prototypes, depth and size included. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      hostileText,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, false, 0, -0, Number.MAX_SAFE_INTEGER + 2, 1e308),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(hostileText, tie("value")), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** JSON as text, also such as no serializer writes: keys twice, `__proto__` as a key of its own, thousands of brackets, an end too early. */
export const hostileJsonText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: hostileJson.map((value) => JSON.stringify(value)), weight: 4 },
  {
    arbitrary: fc.tuple(hostileJson, hostileJson).map(([left, right]) => {
      const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
      return `{"name":${a},"name":${b},"__proto__":{"polluted":${a}},"constructor":{"prototype":{"polluted":${b}}}}`;
    }),
    weight: 1,
  },
  {
    arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
    weight: 1,
  },
  {
    arbitrary: fc
      .integer({ min: 1, max: 20_000 })
      .map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(hostileJson, fc.nat(200))
      .map(([value, length]) => JSON.stringify(value).slice(0, length)),
    weight: 1,
  },
);

type Edit =
  | { readonly kind: "remove" | "double" | "swap" | "cut"; readonly at: number; readonly to: number }
  | { readonly kind: "insert"; readonly at: number; readonly text: string }
  | { readonly kind: "value"; readonly at: number; readonly text: string };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("remove" as const, "double" as const, "swap" as const, "cut" as const),
    at: fc.nat(10_000),
    to: fc.nat(10_000),
  }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(10_000), text: hostileText }),
  fc.record({ kind: fc.constant("value" as const), at: fc.nat(10_000), text: hostileText }),
);

/** Texts that once were good: lines taken out, doubled, moved, values replaced, bytes put in, the end cut off. */
export function editedText(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, edits]) => edits.reduce(applyEdit, seed));
}

function applyEdit(text: string, change: Edit): string {
  const lines = text.split("\n");
  const at = change.at % lines.length;
  const line = lines[at] ?? "";
  if (change.kind === "insert") {
    const place = change.at % (text.length + 1);
    return text.slice(0, place) + change.text + text.slice(place);
  }
  if (change.kind === "value") {
    return lines
      .with(
        at,
        line.replace(/([=:]).*$/, (_, sign: string) => `${sign} ${JSON.stringify(change.text)}`),
      )
      .join("\n");
  }
  const to = change.to % lines.length;
  if (change.kind === "cut") return text.slice(0, change.at % (text.length + 1));
  if (change.kind === "remove") return lines.toSpliced(at, 1).join("\n");
  if (change.kind === "double") return lines.toSpliced(to, 0, line).join("\n");
  return lines
    .with(at, lines[to] ?? "")
    .with(to, line)
    .join("\n");
}
