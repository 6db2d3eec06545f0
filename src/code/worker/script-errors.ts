import { HandsError } from "../../core/index.ts";
import type { ScriptCall, ScriptOutcome } from "../types.ts";

type ScriptFailure = Extract<ScriptOutcome, { readonly ok: false }>["error"];

/** What a script catches where a call failed: the error with its code and details, as if thrown where it was issued. */
export function toScriptError(
  { code, message, details }: ScriptFailure,
  siteStack: string | undefined,
): HandsError {
  const error = new HandsError(code, message, details === undefined ? {} : { details });
  const frames = siteStack?.slice(siteStack.indexOf("\n") + 1);
  error.stack = `${error.name}: ${message}\n${frames ?? ""}`;
  return error;
}

/** The journal says that something else was issued at this index. */
export function divergedScript(index: number, expected: string, found: string): HandsError {
  return new HandsError(
    "script_diverged",
    `The script no longer matches its journal: at index ${index} it recorded ${expected}, and now comes ${found}`,
    {
      hint: "A script that is replayed must issue the same calls in the same order: take time and chance from the hand.",
      details: { index, expected, found },
    },
  );
}

/** A call inside a step would be left out, and shift all later ones, when the step is answered from the journal. */
export function nestedCall(call: ScriptCall, stepName: string): HandsError {
  return new HandsError(
    "script_failed",
    `${describeCall(call)} was called inside the step ${JSON.stringify(stepName)}`,
    {
      hint: "Call it before or after the step, and pass its result in.",
    },
  );
}

/** A call as it is named in messages: its kind, and its name where it has one. */
export function describeCall(call: ScriptCall): string {
  switch (call.kind) {
    case "tool":
    case "step":
      return `${call.kind} ${JSON.stringify(call.name)}`;
    case "approve":
      return `approve ${JSON.stringify(call.action)}`;
    case "ask":
    case "sleep":
      return call.kind;
  }
}
