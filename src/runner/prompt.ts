import type { JsonValue } from "../core/index.ts";
import { canonicalJson, toIso } from "../core/index.ts";
import type { ModelMessage } from "../models/index.ts";
import type { StepRow } from "../store/index.ts";
import type { Correction } from "./corrections.ts";
import { findCorrection } from "./corrections.ts";
import type { RunContext } from "./run-context.ts";
import { readCallResult, readReply } from "./stored-reply.ts";

/**
 * The system prompt of a model brain: `SYSTEM.md` (or one made of name, description and tools), the parameters, the skills in their order, the
 * packaged skills by name, and the form of the output. The same for every step of an execution, on whatever machine.
 */
export function buildSystemPrompt(run: RunContext): string {
  const { config, systemPrompt, skillTexts } = run.version;
  const { parametersHeading, knowledgeHeading } = config.prompt;
  const sections = [systemPrompt?.trim() || describeHand(run)];
  if (Object.keys(run.parameters).length > 0) {
    if (parametersHeading !== null) sections.push("---");
    sections.push(`# ${parametersHeading ?? "Parameters"}\n\n${describeParameters(run)}`);
  }
  if (knowledgeHeading === null) {
    for (const skill of skillTexts) sections.push(`# Skill: ${skill.name}\n\n${skill.text.trim()}`);
  } else if (skillTexts.length > 0) {
    sections.push("---", `# ${knowledgeHeading}`, ...skillTexts.map((skill) => skill.text.trim()));
  }
  const packages = config.skills.filter((skill) => skill.kind === "package");
  if (packages.length > 0) {
    const lines = packages.map((skill) => `- ${skill.name}: ${skill.description ?? ""}`);
    sections.push(`# Skills to read when they fit (tool read_skill)\n\n${lines.join("\n")}`);
  }
  sections.push(describeOutput(config.output.format));
  if (config.output.format === "json" && config.output.schema !== null) {
    sections.push(`It must fit this JSON Schema:\n\n${JSON.stringify(config.output.schema, null, 2)}`);
  }
  return run.parts.redactor.text(sections.join("\n\n"));
}

/** One line for each parameter: the label of its form, its key, its value, and what people call that value. */
function describeParameters({ version, parameters }: RunContext): string {
  const lines = Object.entries(parameters).map(([key, value]) => {
    const form = version.config.settings.find((setting) => setting.key === key);
    const name = form === undefined || form.label === key ? key : `${form.label} (${key})`;
    const choice = form?.options.find((option) => option.value === value);
    const words = choice === undefined || choice.label === choice.value ? "" : ` (${choice.label})`;
    return `- ${name}: ${canonicalJson(value)}${words}`;
  });
  return lines.join("\n");
}

function describeHand(run: RunContext): string {
  const { name, description } = run.version.config;
  const tools = [...run.tools.values()].map(
    ({ descriptor }) => `- ${descriptor.name}: ${descriptor.description}`,
  );
  const lines = [`You are ${name}, an autonomous agent.`];
  if (description !== "") lines.push(`Your task: ${description}`);
  if (tools.length > 0) lines.push("", "Your tools:", ...tools);
  return lines.join("\n");
}

const OUTPUT_WORDS = {
  markdown: "Write your final answer in Markdown.",
  json: "Your final answer must be one JSON value and nothing else: no prose, no code fence.",
  html: "Write your final answer as an HTML fragment: no scripts, no code fence.",
} as const;

function describeOutput(format: keyof typeof OUTPUT_WORDS): string {
  return [
    "# Output",
    "",
    OUTPUT_WORDS[format],
    "Some tool calls wait for a human's decision; a refusal comes back as the call's result, and is final.",
    "Answer with an empty text when there is nothing to report.",
  ].join("\n");
}

/** What a reply and its calls are in the conversation; made once, for every question shows all of it again. */
const told = new WeakMap<StepRow, Turn>();

interface Turn {
  readonly calls: readonly StepRow[];
  readonly messages: readonly ModelMessage[];
}

/** The conversation so far, from the journal alone: what a model is shown after a restart is what it was shown before. */
export function buildMessages(run: RunContext): ModelMessage[] {
  const messages: ModelMessage[] = [{ role: "user", text: describeTask(run) }];
  for (const reply of run.journal.steps) {
    if (reply.kind !== "model" || reply.status !== "done" || reply.result_json === null) continue;
    messages.push(...tellTurn(run, reply));
  }
  return messages;
}

function tellTurn(run: RunContext, reply: StepRow): readonly ModelMessage[] {
  const calls = run.journal.callsOf(reply.step_index);
  const known = told.get(reply);
  if (known !== undefined && known.calls === calls) return known.messages;
  const messages: ModelMessage[] = [toAssistantMessage(reply, calls)];
  if (calls.length > 0) messages.push({ role: "tool", results: calls.map(toToolResult) });
  const correction = calls.length > 0 ? null : correct(run, reply);
  if (correction !== null) messages.push({ role: "user", text: correction.request });
  told.set(reply, { calls, messages });
  return messages;
}

/** What is wrong with the newest answer, and whether the one before it was wrong as well; null where nothing is. */
export function correctLast(run: RunContext): (Correction & { readonly isRepeated: boolean }) | null {
  const replies = run.journal.steps.filter((step) => step.kind === "model" && step.status === "done");
  const last = replies.at(-1);
  const correction = last === undefined ? null : correct(run, last);
  if (correction === null) return null;
  const before = replies.at(-2);
  return { ...correction, isRepeated: before !== undefined && correct(run, before) !== null };
}

/** From the journal alone, so that it is the same after a restart. */
function correct(run: RunContext, step: StepRow): Correction | null {
  const { text, toolCalls, finishReason } = readReply(step, run.journal.callsOf(step.step_index));
  if (toolCalls.length > 0 || !["stop", "other", "empty"].includes(finishReason)) return null;
  return findCorrection(text, run.version.config, {
    toolNames: [...run.tools.keys()],
    hasCalled: run.journal.steps.some(
      (other) => other.turn_index !== null && other.turn_index < step.step_index,
    ),
  });
}

function toAssistantMessage(step: StepRow, calls: readonly StepRow[]): ModelMessage {
  const { text, toolCalls, raw } = readReply(step, calls);
  return { role: "assistant", text, toolCalls, raw };
}

function describeTask(run: RunContext): string {
  const { row } = run;
  const lines = [`Run now. Trigger: ${row.trigger}. Time: ${toIso(row.started_at ?? row.created_at)}.`];
  if (row.scheduled_for !== null) lines.push(`Scheduled for: ${toIso(row.scheduled_for)}.`);
  if (run.input !== null) lines.push("", "Input:", "", JSON.stringify(run.input, null, 2));
  return lines.join("\n");
}

function toToolResult(step: StepRow) {
  return {
    callId: step.call_id ?? String(step.step_index),
    name: step.name,
    result: readCallResult(step) as JsonValue,
    isError: step.status !== "done",
  };
}
