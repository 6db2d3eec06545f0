import type { ReactNode } from "react";
import { toFailure } from "../api/failure.ts";
import { Icon } from "./icons.tsx";
import { SeenText } from "./seen-text.tsx";

/** What went wrong and what to do about it. */
export function FailureNote({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const failure = toFailure(error);
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-bad bg-bad-soft px-4 py-3">
      <Icon name="alert" className="mt-0.5 text-bad" />
      <div className="min-w-0">
        <p className="font-medium text-bad">{title ?? failure.message}</p>
        {title === undefined ? null : (
          <p className="text-ink">
            <SeenText text={failure.message} />
          </p>
        )}
        {failure.hint === null ? null : (
          <p className="text-ink">
            <Commands text={failure.hint} />
          </p>
        )}
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  /** The next thing to do; commands stand in backticks. */
  readonly next?: string;
  readonly children?: ReactNode;
}

/** Nothing is here: why, and the next command. */
export function Empty({ title, next, children }: EmptyProps) {
  return (
    <div className="px-4 py-8 text-center">
      <p className="font-medium text-ink">{title}</p>
      {next === undefined ? null : (
        <p className="mx-auto mt-1 max-w-[60ch] text-ink-2">
          <Commands text={next} />
        </p>
      )}
      {children}
    </div>
  );
}

/** A sentence whose `commands` stand out. */
export function Commands({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      <code
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move.
        key={index}
        className="rounded-sm border border-line bg-surface px-1 py-0.5 font-mono text-small text-ink"
      >
        <SeenText text={part} />
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move.
      <SeenText key={index} text={part} />
    ),
  );
}

/** Keeps the place of what is being read. */
export function Skeleton({ className = "" }: { readonly className?: string }) {
  return <div aria-hidden="true" className={`shimmer ${className}`} />;
}

/** A list that is being read, as rows of the height they will have. */
export function SkeletonRows({ count, label }: { readonly count: number; readonly label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
        <div key={index} className="flex h-12 items-center gap-3 border-b border-line px-4 last:border-0">
          <Skeleton className="h-3 w-24" />
          <Skeleton className="h-3 grow" />
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
