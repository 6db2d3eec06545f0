import type { JsonValue } from "../core/index.ts";
import type { OutputFormat } from "../manifest/index.ts";

/** The text of an output, or what is wrong with it. An empty text is "nothing to report". */
export type RenderedOutput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** Brings what a brain came to into the declared form. Declared JSON is checked to be JSON. */
export function renderOutput(output: JsonValue, format: OutputFormat): RenderedOutput {
  if (output === null || output === "") return { ok: true, text: "" };
  if (typeof output !== "string") return { ok: true, text: JSON.stringify(output, null, 2) };
  if (output.trim() === "") return { ok: true, text: "" };
  return format === "json" ? renderJson(output) : { ok: true, text: output };
}

/** Models like to put JSON into a code fence, whatever they were told. */
const FENCE = /^```(?:json)?[ \t]*\n([\s\S]*?)\n?```$/;

function renderJson(text: string): RenderedOutput {
  const read = readJsonText(text);
  return read.ok ? { ok: true, text: JSON.stringify(read.value, null, 2) } : read;
}

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
