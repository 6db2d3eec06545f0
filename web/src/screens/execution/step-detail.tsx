import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { read } from "../../api/request.ts";
import type { Approval, Step } from "../../api/types.ts";
import { DifferenceView } from "../../arguments/difference-view.tsx";
import { findDifferences } from "../../arguments/differences.ts";
import { formatCost, formatCount, formatWords } from "../../format/numbers.ts";
import { approvalSigns, effectSigns, stepSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { FailureNote, Skeleton } from "../../parts/notes.tsx";
import { MarkdownView } from "../../parts/output-view.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { modelText } from "./model-text.ts";

interface StepDetailProps {
  readonly executionId: string;
  readonly step: Step;
  readonly approval: Approval | undefined;
}

/** Everything about one step; what was cut in the list is read whole. */
export function StepDetail({ executionId, step, approval }: StepDetailProps) {
  const whole = useQuery({
    queryKey: ["execution", executionId, "step", step.index],
    enabled: step.isCut,
    queryFn: ({ signal }) =>
      read<Step>(`/api/executions/${encodeURIComponent(executionId)}/steps/${step.index}`, signal),
  });
  const shown = whole.data ?? step;
  const text = shown.kind === "model" ? modelText(shown.result) : "";
  return (
    <div className="space-y-3 px-4 pb-3 lg:pr-6 lg:pl-10">
      {text === "" ? null : <MarkdownView text={text} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-ink-2">
        <SignText sign={stepSigns[step.status]} />
        {step.effect === null ? null : <SignText sign={effectSigns[step.effect]} />}
        <span>step {step.index}</span>
        {step.startedAt === null ? null : <Instant at={step.startedAt} />}
        {step.node === null ? null : (
          <span data-tip={`Node ${step.node.id}`}>on {step.node.hostName ?? step.node.id}</span>
        )}
        {step.attempt > 1 ? <span>attempt {step.attempt}</span> : null}
        {step.usage.outputTokens > 0 ? (
          <span>
            {formatCount(step.usage.inputTokens)} in, {formatCount(step.usage.outputTokens)} out,{" "}
            {formatCost(step.usage.costUsd)}
          </span>
        ) : null}
        <CopyLink executionId={executionId} index={step.index} />
      </div>
      {step.isCut && whole.data === undefined && whole.error === null ? (
        <Skeleton className="h-24 w-full" />
      ) : null}
      {whole.error === null ? null : <FailureNote error={whole.error} />}
      {approval === undefined ? null : <DecisionLine approval={approval} />}
      {shown.args === null ? null : (
        <Part title={shown.kind === "tool" ? "Arguments" : "Given"}>
          <JsonView value={shown.args} label="Arguments" openLevels={3} />
        </Part>
      )}
      {shown.error === null ? null : (
        <Part title="Error">
          <p className="text-bad">
            {formatWords(shown.error.code)}: <SeenText text={shown.error.message} />
          </p>
        </Part>
      )}
      {shown.result === null || text !== "" ? null : (
        <Part title="Result">
          <JsonView value={shown.result} label="Result" openLevels={2} />
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <p className="legend mb-1">{title}</p>
      <div className="rounded-md border border-line bg-surface px-3 py-2">{children}</div>
    </div>
  );
}

function DecisionLine({ approval }: { readonly approval: Approval }) {
  const differences =
    approval.originalArgs === null ? [] : findDifferences(approval.originalArgs, approval.args);
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-center gap-x-3">
        <SignText sign={approvalSigns[approval.status]} />
        {approval.resolvedBy === null ? null : <span>by {approval.resolvedBy}</span>}
        {approval.resolvedAt === null ? null : <Instant at={approval.resolvedAt} className="text-ink-2" />}
        <Link href={addresses.approval(approval.id)} className="link">
          {approval.status === "pending" ? "Decide" : "The request"}
        </Link>
      </p>
      {approval.note === null || approval.note === "" ? null : (
        <p className="text-ink-2">
          “<SeenText text={approval.note} />”
        </p>
      )}
      {differences.length === 0 ? null : <DifferenceView differences={differences} />}
    </div>
  );
}

function CopyLink({ executionId, index }: { readonly executionId: string; readonly index: number }) {
  const copy = () => {
    const address = new URL(addresses.step(executionId, index), window.location.origin).href;
    navigator.clipboard.writeText(address).then(
      () => announce("The link to this step is copied"),
      () => announce(`The link to this step: ${address}`),
    );
  };
  return (
    <Button look="bare" onClick={copy} className="min-h-8 px-2 text-small">
      <Icon name="link" />
      Copy link
    </Button>
  );
}
