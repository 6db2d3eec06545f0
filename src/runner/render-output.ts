import type { JsonValue } from "../core/index.ts";
import type { OutputConfig } from "../manifest/index.ts";
import { findOutputProblems } from "../manifest/index.ts";

/** The text of an output, or what is wrong with it. An empty text is "nothing to report". */
export type RenderedOutput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** The longest output, as bytes of its JSON: what every face can show whole. */
const LONGEST_OUTPUT_BYTES = 4_000_000;

/** Brings what a brain came to into the declared form. Declared JSON is checked to be JSON, and to fit the declared schema. */
export function renderOutput(
  output: JsonValue,
  declared: Pick<OutputConfig, "format" | "schema">,
): RenderedOutput {
  const rendered = render(output, declared);
  if (!rendered.ok) return rendered;
  const byteLength = Buffer.byteLength(JSON.stringify(rendered.text));
  return byteLength <= LONGEST_OUTPUT_BYTES
    ? rendered
    : {
        ok: false,
        message: `the output has ${byteLength} bytes of JSON, more than ${LONGEST_OUTPUT_BYTES}: write it to a file, and name that`,
      };
}

function render(
  output: JsonValue,
  { format, schema }: Pick<OutputConfig, "format" | "schema">,
): RenderedOutput {
  if (output === null || (typeof output === "string" && output.trim() === "")) return { ok: true, text: "" };
  if (format !== "json") {
    return { ok: true, text: typeof output === "string" ? output : JSON.stringify(output, null, 2) };
  }
  const read = typeof output === "string" ? readJsonText(output) : { ok: true as const, value: output };
  if (!read.ok) return read;
  const problems = schema === null ? [] : findOutputProblems(schema, read.value);
  return problems.length === 0
    ? { ok: true, text: JSON.stringify(read.value, null, 2) }
    : { ok: false, message: `the output does not fit its schema: ${problems.join("; ")}` };
}

/** Models like to put JSON into a code fence, whatever they were told. */
const FENCE = /^```(?:json)?[ \t]*\n([\s\S]*?)\n?```$/;

/** The JSON value that a text is, in a code fence or not. */
export function readJsonText(
  text: string,
): { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly message: string } {
  const trimmed = text.trim();
  const bare = FENCE.exec(trimmed)?.[1] ?? trimmed;
  try {
    return { ok: true, value: JSON.parse(bare) as JsonValue };
  } catch {
    const start = bare.slice(0, 120);
    return { ok: false, message: `the output was to be JSON and is not: ${JSON.stringify(start)}` };
  }
}
