import { findExecution, listDeliveries, toExecutionJson } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { writeJson } from "./command-context.ts";
import { readExecutionJson, readOpenApprovals } from "./execution-record.ts";
import { EXIT } from "./exit-codes.ts";
import { formatStep } from "./follow-execution.ts";
import { formatApproval } from "./format-approvals.ts";
import { describeResult } from "./format-executions.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatWhen } from "./format-time.ts";
import { toLine, toPrintable } from "./printable.ts";
import { loadProject, openForReading } from "./project.ts";
import { resolveId } from "./resolve-id.ts";

/** Shows one execution: its facts, steps, deliveries, what it asks, and its output. */
export async function showExecution(context: CommandContext, written: string): Promise<number> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    const id = await resolveId(store, "execution", written);
    const row = await findExecution(store, id);
    if (row === undefined) return EXIT.failed;
    const record = await readExecutionJson(store, row);
    if (context.isJson) {
      writeJson(context, record);
      return EXIT.ok;
    }
    const { out } = context.terminal;
    const { bold, dim } = out.colors;
    const nowMs = context.clock.now();
    const { inputTokens, outputTokens, costUsd } = record.usage;
    const facts: [label: string, value: string][] = [
      ["hand", record.handName],
      [
        "trigger",
        record.trigger +
          (record.scheduledFor === null ? "" : `, for ${formatWhen(record.scheduledFor, nowMs)}`),
      ],
      ["started", formatWhen(record.startedAt, nowMs)],
      ["ended", formatWhen(record.completedAt, nowMs)],
      ...(row.wake_at === null ? [] : ([["goes on", formatWhen(row.wake_at, nowMs)]] as [string, string][])),
      ...(record.retryOf === null ? [] : ([["retry of", record.retryOf]] as [string, string][])),
      ...(inputTokens + outputTokens === 0
        ? []
        : ([
            [
              "usage",
              `${inputTokens} + ${outputTokens} tokens, ${costUsd === null ? "cost unknown" : `$${costUsd.toFixed(4)}`}`,
            ],
          ] as [string, string][])),
      ...record.filesGenerated.map((file): [string, string] => ["file", file]),
    ];
    const why =
      record.outcome === "success"
        ? ""
        : `: ${toLine(describeResult({ ...toExecutionJson(row), output: "" }), 500)}`;
    const lines = [
      `${bold(record.id)}  ${formatStatusCell(out.colors, record.outcome ?? record.status)}${why === ": " ? "" : why}`,
      ...facts.map(([label, value]) => `  ${dim(label.padEnd(8))} ${toLine(value, 300)}`),
      ...record.steps.map(
        (step) =>
          formatStep(step, out.colors) ??
          `${dim(String(step.index).padStart(3))} ${step.kind} ${toLine(step.name)} ${formatStatusCell(out.colors, step.status)}`,
      ),
      ...(await listDeliveries(store, id)).map(
        (delivery) =>
          `  ${dim("to")} ${delivery.channel} ${formatStatusCell(out.colors, delivery.status)} ${toLine(delivery.result ?? delivery.destination, 200)}${delivery.error === null ? "" : `: ${toLine(delivery.error, 300)}`}`,
      ),
    ];
    out.write(`${lines.join("\n")}\n`);
    for (const approval of await readOpenApprovals(store, id))
      out.write(formatApproval(out, approval, nowMs));
    if (record.output !== "") out.write(`\n${toPrintable(record.output).trimEnd()}\n`);
    return EXIT.ok;
  } finally {
    await store.close();
  }
}
