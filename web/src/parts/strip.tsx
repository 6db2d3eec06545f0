import type { KeyboardEvent } from "react";
import type { StripMark } from "../api/types.ts";
import { formatAbsolute, formatDuration } from "../format/instants.ts";
import { formatCost, formatWords } from "../format/numbers.ts";
import type { ExecutionPhase } from "../format/states.ts";
import { executionSigns, phaseOf, toneFill } from "../format/states.ts";
import { spellUnseen } from "../format/unseen.ts";
import { addresses } from "../navigation/addresses.ts";
import { Link } from "../navigation/link.tsx";

/** How many marks a strip has room for; fewer stand at its right end. */
const MARKS = 40;

/** A hand's last executions, newest at the right. Each outcome has a shape and a colour. One stop for Tab; arrows go along it. */
export function Strip({
  marks,
  handName,
}: {
  readonly marks: readonly StripMark[];
  readonly handName: string;
}) {
  if (marks.length === 0) return <p className="text-small text-ink-3">has not run yet</p>;
  const shown = marks.slice(-MARKS);
  return (
    <ul
      aria-label={`Last ${shown.length} executions of ${handName}, newest last`}
      className="flex justify-end max-sm:justify-start"
      onKeyDown={moveAlong}
    >
      {Array.from({ length: MARKS - shown.length }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places that nothing stands in are all alike.
        <li key={index} aria-hidden="true" className="max-sm:hidden">
          <svg viewBox="0 0 8 24" width="8" height="24" aria-hidden="true" className="block fill-line">
            <rect x="1.5" y="18.5" width="5" height="1.5" rx="0.75" />
          </svg>
        </li>
      ))}
      {shown.map((mark, index) => {
        const phase = phaseOf(mark);
        const text = describe(mark, phase);
        return (
          <li key={mark.id}>
            <Link
              href={addresses.execution(mark.id)}
              tabIndex={index === shown.length - 1 ? 0 : -1}
              aria-label={text}
              data-tip={text}
              className="rounded-sm hover:bg-sunken"
            >
              <MarkShape phase={phase} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function moveAlong(event: KeyboardEvent<HTMLElement>): void {
  const here = event.target instanceof HTMLElement ? event.target.closest("li") : null;
  const next =
    event.key === "ArrowLeft"
      ? here?.previousElementSibling
      : event.key === "ArrowRight"
        ? here?.nextElementSibling
        : undefined;
  const link = next?.querySelector("a");
  if (link === null || link === undefined) return;
  event.preventDefault();
  link.focus();
}

function describe(mark: StripMark, phase: ExecutionPhase): string {
  const lines = [
    executionSigns[phase].word + (mark.reason === null ? "" : `: ${formatWords(mark.reason)}`),
    formatAbsolute(Date.parse(mark.at)),
    [
      mark.trigger,
      mark.durationMs === null ? "" : formatDuration(mark.durationMs),
      mark.costUsd === null || mark.costUsd === 0 ? "" : formatCost(mark.costUsd),
    ]
      .filter(Boolean)
      .join(" · "),
    mark.error === null ? "" : spellUnseen(mark.error.slice(0, 160)),
  ];
  return lines.filter(Boolean).join("\n");
}

/** Success: a full bar. Failure: a bar broken by a gap. Skipped: a low stroke. Waiting: a hollow bar. Running: a rising one. */
function MarkShape({ phase }: { readonly phase: ExecutionPhase }) {
  const fill = toneFill[executionSigns[phase].tone];
  return (
    <svg viewBox="0 0 8 24" width="8" height="24" aria-hidden="true" className={`block ${fill}`}>
      {shapes[phase]}
    </svg>
  );
}

const full = <rect x="1.5" y="4" width="5" height="16" rx="1" />;
const broken = (
  <path d="M1.5 5a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v4.5l-5 2.5Zm5 7v7a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1v-4.5Z" />
);
const hollow = (
  <path
    fillRule="evenodd"
    d="M2.5 4h3a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM3 5.5v13h2v-13Z"
  />
);
const low = <rect x="1.5" y="17.5" width="5" height="2.5" rx="1" />;
const rising = <rect x="1.5" y="11" width="5" height="9" rx="1" className="live-bar" />;

const shapes = {
  queued: low,
  running: rising,
  waiting_approval: hollow,
  waiting_other: hollow,
  success: full,
  failure: broken,
  timeout: broken,
  skipped: low,
  cancelled: <rect x="1.5" y="11" width="5" height="9" rx="1" />,
} as const satisfies Record<ExecutionPhase, unknown>;
