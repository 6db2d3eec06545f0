import type { JsonValue } from "../core/index.ts";
import { isSame } from "./create-recording.ts";
import type { Difference, RecordedStep, Recording } from "./types.ts";

type Call = Extract<RecordedStep, { kind: "tool" | "wait" | "delivery" }>;
type ModelStep = Extract<RecordedStep, { kind: "model" }>;

/** Where a run differs from its recording, in the order of the steps, the end last. Empty where it does in nothing. */
export function compareRecordings(expected: Recording, got: Recording): readonly Difference[] {
  const differences: Difference[] = [];
  const indexes = new Set([...expected.steps, ...got.steps].map((step) => step.index));
  for (const index of [...indexes].sort((left, right) => left - right)) {
    const find = (recording: Recording) => recording.steps.find((step) => step.index === index);
    differences.push(...compareSteps(index, find(expected), find(got)));
  }
  return [...differences, ...compareEnds(expected, got)];
}

function compareSteps(
  index: number,
  expected: RecordedStep | undefined,
  got: RecordedStep | undefined,
): readonly Difference[] {
  if (expected === undefined || got === undefined || !isSameKind(expected, got)) {
    const message =
      got === undefined
        ? `${describe(expected)} was recorded and is not made any more`
        : expected === undefined
          ? `${describe(got)} is made, and was not when it was recorded`
          : `${describe(got)} is made in the place of ${describe(expected)}`;
    return [differ(index, "step", message, show(expected), show(got))];
  }
  if (expected.kind === "model" && got.kind === "model") return compareQuestions(expected, got);
  return isCall(expected) && isCall(got) ? compareCalls(expected, got) : [];
}

function isSameKind(expected: RecordedStep, got: RecordedStep): boolean {
  return expected.kind === got.kind && (expected.kind === "model" || expected.name === got.name);
}

function compareQuestions(expected: ModelStep, got: ModelStep): readonly Difference[] {
  if (expected.asked === null || got.asked === null) return [];
  const { asked } = got;
  const changed = (["system", "tools", "messages"] as const).filter(
    (part) => expected.asked?.[part] !== asked[part],
  );
  if (changed.length === 0) return [];
  const parts = { system: "the system prompt", tools: "the tools", messages: "the conversation" };
  const message = `the model is asked something else: ${changed.map((part) => parts[part]).join(", ")} changed; the recorded reply is used all the same`;
  return [{ ...differ(got.index, "prompt", message, null, null), isFailure: false }];
}

function compareCalls(expected: Call, got: Call): readonly Difference[] {
  const { index } = got;
  const found: Difference[] = [];
  const wasCalledWith = argsOf(expected);
  const isCalledWith = argsOf(got);
  if (!isSame(wasCalledWith, isCalledWith)) {
    found.push(
      differ(index, "arguments", `${describe(got)} has other arguments`, wasCalledWith, isCalledWith),
    );
  }
  const gate = compareGates(expected, got);
  if (gate !== null) found.push(gate);
  const before = { status: expected.status, error: expected.error?.code ?? null };
  const now = { status: got.status, error: got.error?.code ?? null };
  if (found.length === 0 && !isSame(before, now)) {
    const why = got.error === null ? "" : `: ${got.error.message}`;
    const message = `${describe(got)} came to ${expected.status} and comes to ${got.status}${why}`;
    found.push(differ(index, "result", message, before, now));
  }
  return found;
}

/** The place that output goes to lies in another project each time. */
function argsOf(step: Call): JsonValue {
  if (step.kind !== "delivery" || step.args === null || typeof step.args !== "object") return step.args;
  const { destination: _destination, ...args } = step.args as Record<string, JsonValue>;
  return args;
}

function compareGates(expected: Call, got: Call): Difference | null {
  const before = showGate(expected);
  const now = showGate(got);
  if (isSame(before, now)) return null;
  const message =
    now === null
      ? `${describe(got)} asked a human, and does not any more`
      : before === null
        ? `${describe(got)} asks a human, and did not when it was recorded`
        : `${describe(got)} asks under other gates`;
  return differ(got.index, "gate", message, before, now);
}

function showGate({ request }: Call): JsonValue {
  if (request === null) return null;
  const { action, gates, autoApproveAfterMs, expiresAfterMs } = request;
  return { action, gates: [...gates], autoApproveAfterMs, expiresAfterMs };
}

function compareEnds(expected: Recording, got: Recording): readonly Difference[] {
  const found: Difference[] = [];
  const end = ({ outcome, error }: Recording) => ({ outcome, error: error === null ? null : { ...error } });
  if (!isSame(end(expected), end(got))) {
    const message = `it ended as ${expected.outcome} and ends as ${got.outcome}`;
    found.push(differ(null, "outcome", message, end(expected), end(got)));
  }
  if (expected.output !== got.output)
    found.push(differ(null, "output", "its output differs", expected.output, got.output));
  if (!isSame(show(expected.deliveries), show(got.deliveries))) {
    const message = "its output goes elsewhere";
    found.push(differ(null, "deliveries", message, show(expected.deliveries), show(got.deliveries)));
  }
  return found;
}

function differ(
  step: number | null,
  what: Difference["what"],
  message: string,
  expected: JsonValue,
  got: JsonValue,
): Difference {
  return { step, what, isFailure: true, message, expected, got };
}

function isCall(step: RecordedStep): step is Call {
  return step.kind !== "value" && step.kind !== "model";
}

function describe(step: RecordedStep | undefined): string {
  if (step === undefined) return "nothing";
  switch (step.kind) {
    case "value":
      return `hand.${step.name}()`;
    case "model":
      return "a question to the model";
    case "tool":
      return step.name;
    case "wait":
      return step.name === "sleep" ? "a sleep" : `a request to ${step.name}`;
    case "delivery":
      return `a delivery to ${step.name}`;
  }
}

function show(value: unknown): JsonValue {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
