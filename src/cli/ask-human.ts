import { isCancel, select, text } from "@clack/prompts";
import type { JsonObject, JsonValue } from "../core/index.ts";
import type { CommandContext } from "./command-context.ts";
import type { SentApprovalJson } from "./execution-record.ts";
import { formatApproval } from "./format-approvals.ts";
import { parseJsonOption, parseObjectOption } from "./json-option.ts";

/** What a human chose at the terminal. `leave`: nothing, for now. */
export type HumanAnswer =
  | { readonly kind: "approve"; readonly args?: JsonObject; readonly note: string | null }
  | { readonly kind: "reject"; readonly note: string | null }
  | { readonly kind: "happened"; readonly result: JsonValue; readonly note: null }
  | { readonly kind: "retry" | "skip"; readonly note: null }
  | { readonly kind: "leave" };

const LEAVE: HumanAnswer = { kind: "leave" };

/** Shows a request and asks, on stderr. Escape and Ctrl-C leave it as it is; so does the signal. */
export async function askHuman(
  context: CommandContext,
  approval: SentApprovalJson,
  signal: AbortSignal,
): Promise<HumanAnswer> {
  const { err, questions } = context.terminal;
  err.write(`\n${formatApproval(err, approval, context.clock.now())}`);
  const common = { ...questions, signal };
  const choice = await select({ ...common, message: "What is your answer?", options: listOptions(approval) });
  if (isCancel(choice)) return LEAVE;
  switch (choice) {
    case "approve":
      return { kind: "approve", note: null };
    case "edit": {
      const written = await text({
        ...common,
        message: "The arguments that may run instead, as JSON",
        initialValue: JSON.stringify(approval.args),
        validate: (value) => explain(() => parseObjectOption("it", value ?? "")),
      });
      return isCancel(written)
        ? LEAVE
        : { kind: "approve", args: parseObjectOption("it", written), note: null };
    }
    case "reject": {
      const note = await text({ ...common, message: "Why not? The hand is told.", placeholder: "no reason" });
      return isCancel(note)
        ? LEAVE
        : { kind: "reject", note: note === "" || note === undefined ? null : note };
    }
    case "happened": {
      const written = await text({
        ...common,
        message: "What did it give, as JSON?",
        initialValue: "null",
        validate: (value) => explain(() => parseJsonOption("it", value ?? "")),
      });
      return isCancel(written)
        ? LEAVE
        : { kind: "happened", result: parseJsonOption("it", written), note: null };
    }
    case "retry":
    case "skip":
      return { kind: choice, note: null };
    default:
      return LEAVE;
  }
}

function listOptions({ kind }: SentApprovalJson) {
  const leave = {
    value: "leave",
    label: "Leave it",
    hint: "it waits on; decide later with hands approve or reject",
  };
  if (kind === "unknown") {
    return [
      { value: "skip", label: "Skip", hint: "the hand is told that nobody knows" },
      { value: "happened", label: "It happened", hint: "with the result that you give" },
      { value: "retry", label: "Retry", hint: "once more, under the same key" },
      leave,
    ];
  }
  // What does least stands first: a hasty Enter opens no gate.
  return [
    leave,
    { value: "approve", label: "Approve", hint: "exactly these arguments, once" },
    { value: "edit", label: "Edit and approve" },
    { value: "reject", label: "Reject", hint: "with a reason that the hand is told" },
  ];
}

function explain(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
