import { useState } from "react";
import type { Json, JsonMembers } from "../api/types.ts";
import { formatPlural } from "../format/numbers.ts";
import { SeenText } from "./seen-text.tsx";

interface JsonViewProps {
  readonly value: Json;
  /** Levels that are open at first. */
  readonly openLevels?: number;
  readonly label: string;
}

/** Longer texts and lists are cut until asked for. */
const LONG_TEXT = 1200;
const LONG_LIST = 100;

/** A JSON value that folds. Nothing in it is invisible. */
export function JsonView({ value, openLevels = 2, label }: JsonViewProps) {
  return (
    <section aria-label={label} className="font-mono text-small leading-5 [overflow-wrap:anywhere]">
      <JsonNode value={value} openLevels={openLevels} />
    </section>
  );
}

interface JsonNodeProps {
  readonly value: Json;
  readonly openLevels: number;
  readonly name?: string;
}

const isObject = (value: Json | undefined): value is JsonMembers =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function JsonNode({ value, openLevels, name }: JsonNodeProps) {
  const label =
    name === undefined ? null : (
      <span className="text-ink-3">
        <SeenText text={name} />:{" "}
      </span>
    );
  if (Array.isArray(value) || isObject(value)) {
    const entries: readonly (readonly [string, Json])[] = Array.isArray(value)
      ? value.map((item: Json, index): readonly [string, Json] => [String(index), item])
      : Object.entries(value as JsonMembers).map(([key, item]): readonly [string, Json] => [
          key,
          item ?? null,
        ]);
    const size = Array.isArray(value)
      ? `[ ${formatPlural(entries.length, "item")} ]`
      : `{ ${formatPlural(entries.length, "member")} }`;
    if (entries.length === 0) {
      return (
        <div>
          {label}
          {Array.isArray(value) ? "[]" : "{}"}
        </div>
      );
    }
    return (
      <JsonBranch
        name={name}
        size={size}
        isOpenAtFirst={openLevels > 0}
        entries={entries}
        openLevels={openLevels}
      />
    );
  }
  return (
    <div>
      {label}
      <JsonLeaf value={value as string | number | boolean | null} />
    </div>
  );
}

interface JsonBranchProps {
  readonly name: string | undefined;
  readonly size: string;
  readonly isOpenAtFirst: boolean;
  readonly entries: readonly (readonly [string, Json])[];
  readonly openLevels: number;
}

function JsonBranch({ name, size, isOpenAtFirst, entries, openLevels }: JsonBranchProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  const [limit, setLimit] = useState(LONG_LIST);
  return (
    <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="min-h-6 py-0.5 text-ink-3 marker:text-line-strong hover:text-ink">
        {name === undefined ? null : (
          <span>
            <SeenText text={name} />:{" "}
          </span>
        )}
        {size}
      </summary>
      {isOpen ? (
        <div className="ml-1 border-l border-line pl-3">
          {entries.slice(0, limit).map(([key, item]) => (
            <JsonNode key={key} name={key} value={item} openLevels={openLevels - 1} />
          ))}
          {entries.length > limit ? (
            <button type="button" className="link" onClick={() => setLimit(limit * 10)}>
              Show {formatPlural(Math.min(entries.length - limit, limit * 9), "more", "more")}
            </button>
          ) : null}
        </div>
      ) : null}
    </details>
  );
}

function JsonLeaf({ value }: { readonly value: string | number | boolean | null }) {
  if (typeof value === "string") return <JsonText text={value} />;
  if (value === null) return <span className="text-ink-3">null</span>;
  return <span className="text-accent">{String(value)}</span>;
}

function JsonText({ text }: { readonly text: string }) {
  const [isWhole, setIsWhole] = useState(text.length <= LONG_TEXT);
  const shown = isWhole ? text : text.slice(0, LONG_TEXT);
  return (
    <span className="whitespace-pre-wrap text-ink">
      <SeenText text={shown} />
      {isWhole ? null : (
        <>
          …{" "}
          <button type="button" className="link" onClick={() => setIsWhole(true)}>
            Show all {formatPlural(text.length, "character")}
          </button>
        </>
      )}
    </span>
  );
}
