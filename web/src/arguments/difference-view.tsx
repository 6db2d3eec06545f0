import type { Json } from "../api/types.ts";
import { SeenText } from "../parts/seen-text.tsx";
import type { Difference } from "./differences.ts";

/** What was changed: before and after, place by place. */
export function DifferenceView({ differences }: { readonly differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className="text-ink-2">Nothing is changed.</p>;
  return (
    <ul className="space-y-2 font-mono text-small [overflow-wrap:anywhere]">
      {differences.map(({ path, before, after }) => (
        <li key={path} className="overflow-hidden rounded-md border border-line">
          <p className="bg-sunken px-2 py-1 text-ink-2">
            <SeenText text={path} />
          </p>
          <p className="bg-bad-soft px-2 py-1 whitespace-pre-wrap text-ink">
            <span className="text-bad">− </span>
            <span className="sr-only">before: </span>
            <Side value={before} />
          </p>
          <p className="bg-ok-soft px-2 py-1 whitespace-pre-wrap text-ink">
            <span className="text-ok">+ </span>
            <span className="sr-only">after: </span>
            <Side value={after} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function Side({ value }: { readonly value: Json | undefined }) {
  if (value === undefined) return <i className="text-ink-2">not there</i>;
  return <SeenText text={typeof value === "string" ? value : JSON.stringify(value, null, 2)} />;
}
