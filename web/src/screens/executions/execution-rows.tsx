import type { Execution } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { formatCost, formatShort, formatWords } from "../../format/numbers.ts";
import { executionSigns, phaseOf } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Instant } from "../../parts/instant.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

interface ExecutionRowsProps {
  readonly executions: readonly Execution[];
  /** Where all are of one hand. */
  readonly hidesHand?: boolean;
}

/** Executions, one in a line; on a phone two. */
export function ExecutionRows({ executions, hidesHand = false }: ExecutionRowsProps) {
  return (
    <ul className="divide-y divide-line">
      {executions.map((execution) => (
        <li key={execution.id} className="[content-visibility:auto] [contain-intrinsic-size:auto_44px]">
          <Link
            href={addresses.execution(execution.id)}
            className={`grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 hover:bg-sunken focus-visible:-outline-offset-2 ${hidesHand ? "lg:grid-cols-[8.5rem_5rem_minmax(0,1fr)_5rem_5rem_6rem]" : "lg:grid-cols-[8.5rem_11rem_minmax(0,1fr)_6rem_5rem_5rem_7rem]"}`}
          >
            <SignText sign={executionSigns[phaseOf(execution)]} className="text-small max-lg:order-2" />
            <span className="truncate font-medium max-lg:order-1">
              {hidesHand ? (
                <span className="font-normal text-ink-2">{execution.trigger}</span>
              ) : (
                execution.handName
              )}
            </span>
            <span className="truncate text-small text-ink-2 max-lg:order-3">
              <SeenText text={describe(execution)} />
            </span>
            {hidesHand ? null : (
              <span className="text-small text-ink-2 max-lg:hidden">{execution.trigger}</span>
            )}
            <span className="text-right text-small text-ink-2 max-lg:hidden">
              {execution.durationMs === null ? "" : formatDuration(execution.durationMs)}
            </span>
            <span className="text-right text-small text-ink-2 max-lg:hidden">
              {execution.usage.outputTokens === 0
                ? ""
                : execution.usage.costUsd === null
                  ? `${formatShort(execution.usage.inputTokens + execution.usage.outputTokens)} tok`
                  : formatCost(execution.usage.costUsd)}
            </span>
            <Instant
              at={execution.scheduledFor ?? execution.createdAt}
              className="text-right text-small text-ink-2 max-lg:order-4"
            />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Why it is as it is: what failed, why it was skipped, what it made. */
function describe(execution: Execution): string {
  if (execution.error !== null) return execution.error.message;
  if (execution.coalesced !== null) {
    return `${formatWords(execution.reason ?? "skipped")}, ${execution.coalesced.count} fires`;
  }
  if (execution.reason !== null) return formatWords(execution.reason);
  return execution.outputPreview;
}
