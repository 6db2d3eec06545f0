import type { ErrorCode, JsonValue } from "../core/index.ts";
import { isPlainObject } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { findOutputProblems } from "../manifest/index.ts";
import { readJsonText } from "./render-output.ts";

/** What is wrong with a final answer: what the model is told, once, and what it fails with the second time. */
export interface Correction {
  readonly request: string;
  /** Null where the output is judged as any other. */
  readonly failure: { readonly code: ErrorCode; readonly message: string } | null;
}

/** Keys under which models write the name and the arguments of a call that they describe instead of making it. */
const NAME_KEYS = ["name", "tool", "tool_name", "function"];
const ARGUMENT_KEYS = ["arguments", "parameters", "args", "input", "tool_input"];

/**
 * Looks at an answer without calls. Wrong is: a call that stands there as text, an answer with no call at all where the hand requires one,
 * and an output that is not what the manifest declares.
 *
 * A call counts as described only where the text has a JSON object that names one of the hand's own tools and gives it arguments: words
 * about tools are no sign of anything.
 */
export function findCorrection(
  text: string,
  hand: Pick<HandConfig, "model" | "output">,
  facts: { readonly toolNames: readonly string[]; readonly hasCalled: boolean },
): Correction | null {
  const described = findDescribedCall(text, facts.toolNames);
  if (described !== null) {
    return {
      request: `You wrote a call of ${described} as text. Nothing was executed. Call the tool itself, through the tool interface; or, if you are done, answer without writing calls.`,
      failure: {
        code: "model_failed",
        message: `the model describes a call of ${described} as text instead of making it, so nothing was executed; use a model that can call tools`,
      },
    };
  }
  if (hand.model.requiresTool && !facts.hasCalled) {
    return {
      request:
        "You answered without calling any tool, and this task cannot be done without one. Call the tools that it needs.",
      failure: {
        code: "model_failed",
        message: "the model answered without calling a tool, and model.requires_tool says that it has to",
      },
    };
  }
  return findOutputCorrection(text, hand.output);
}

function findOutputCorrection(text: string, { format, schema }: HandConfig["output"]): Correction | null {
  if (format !== "json" || text.trim() === "") return null;
  const read = readJsonText(text);
  const problems = read.ok ? (schema === null ? [] : findOutputProblems(schema, read.value)) : [read.message];
  if (problems.length === 0) return null;
  const said = problems.join("; ");
  return {
    request: `Your answer is not what was asked for: ${said}. Answer again, with the corrected JSON value and nothing else.`,
    failure: null,
  };
}

/** The name of a tool that the text calls in writing, or null. */
function findDescribedCall(text: string, toolNames: readonly string[]): string | null {
  for (const value of listWrittenJson(text)) {
    for (const candidate of Array.isArray(value) ? value : [value]) {
      const name = readDescribedName(candidate);
      if (name !== null && toolNames.includes(name)) return name;
    }
  }
  return null;
}

function readDescribedName(value: JsonValue): string | null {
  if (!isPlainObject(value)) return null;
  const inner = value["function"];
  if (isPlainObject(inner)) return readDescribedName(inner as JsonValue);
  const key = NAME_KEYS.find((candidate) => typeof value[candidate] === "string");
  const hasArguments = ARGUMENT_KEYS.some(
    (candidate) => isPlainObject(value[candidate]) || typeof value[candidate] === "string",
  );
  return key !== undefined && hasArguments ? String(value[key]) : null;
}

/** The whole text, each code fence, and what stands between the tags that some models write calls in, where it is JSON. */
function listWrittenJson(text: string): readonly JsonValue[] {
  const fenced = [...text.matchAll(/```[a-z_]*[ \t]*\n([\s\S]*?)\n?```/g)].map(([, inner = ""]) => inner);
  const tagged = [...text.matchAll(/<(tool_call|function_call|tool_use)>([\s\S]*?)(?:<\/\1>|$)/g)].map(
    ([, , inner = ""]) => inner,
  );
  return [text, ...fenced, ...tagged].flatMap((piece) => {
    const trimmed = piece.trim();
    if (!/^[{[]/.test(trimmed)) return [];
    const read = readJsonText(trimmed);
    return read.ok ? [read.value] : [];
  });
}
