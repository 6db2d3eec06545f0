import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useEffect, useState } from "react";
import { handsQuery } from "../../api/queries.ts";
import { formatWords } from "../../format/numbers.ts";
import { navigate, withSearch } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import type { FilterMember } from "./filter.ts";
import { noFilter, outcomes, statuses, triggers } from "./filter.ts";

const TYPING_MS = 300;

/** The filter, which is the address. */
export function FilterBar({
  search,
  isEmpty,
}: {
  readonly search: URLSearchParams;
  readonly isEmpty: boolean;
}) {
  const hands = useQuery(handsQuery);
  const [isOpen, setIsOpen] = useState(!isEmpty);
  const names = hands.data?.items.map((hand) => hand.name) ?? [];
  const chosen = search.get("hand") ?? "";
  return (
    <search className="mb-4 flex flex-wrap items-end gap-3">
      <SearchField value={search.get("search") ?? ""} />
      <Button
        className="lg:hidden"
        aria-expanded={isOpen}
        aria-controls="filters"
        onClick={() => setIsOpen(!isOpen)}
      >
        Filter
      </Button>
      <div id="filters" className={`flex flex-wrap items-end gap-3 ${isOpen ? "" : "max-lg:hidden"}`}>
        <Choice
          name="hand"
          label="Hand"
          value={chosen}
          values={chosen === "" || names.includes(chosen) ? names : [chosen, ...names]}
        />
        <Choice name="status" label="Status" value={search.get("status") ?? ""} values={statuses} />
        <Choice name="outcome" label="Outcome" value={search.get("outcome") ?? ""} values={outcomes} />
        <Choice name="trigger" label="Trigger" value={search.get("trigger") ?? ""} values={triggers} />
        <Day name="since" label="From" value={search.get("since") ?? ""} />
        <Day name="until" label="Until" value={search.get("until") ?? ""} />
        {isEmpty ? null : (
          <Button look="bare" onClick={() => navigate(withSearch(noFilter), { replace: true })}>
            Clear
          </Button>
        )}
      </div>
    </search>
  );
}

const set = (name: FilterMember, value: string) => navigate(withSearch({ [name]: value }), { replace: true });

interface ChoiceProps {
  readonly name: FilterMember;
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
}

function Choice({ name, label, value, values }: ChoiceProps) {
  return (
    <label>
      <span className="legend mb-1 block">{label}</span>
      <select value={value} onChange={(event) => set(name, event.target.value)} className="field max-w-44">
        <option value="">any</option>
        {values.map((each) => (
          <option key={each} value={each}>
            {formatWords(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Day({ name, label, value }: Omit<ChoiceProps, "values">) {
  return (
    <label>
      <span className="legend mb-1 block">{label}</span>
      <input
        type="date"
        value={value.slice(0, 10)}
        onChange={(event) => set(name, event.target.value)}
        className="field"
      />
    </label>
  );
}

/** Looks when one has stopped typing. */
function SearchField({ value }: { readonly value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = window.setTimeout(() => set("search", text), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, value]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set("search", text);
  };
  return (
    <form onSubmit={submit} className="min-w-48 grow">
      <label>
        <span className="legend mb-1 block">Search output, error, reason, id</span>
        <input
          type="search"
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
          className="field"
        />
      </label>
    </form>
  );
}
