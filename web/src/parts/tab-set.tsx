import * as Tabs from "@radix-ui/react-tabs";
import type { ReactNode } from "react";
import { navigate, useAddress, withSearch } from "../navigation/location.ts";

export interface TabItem {
  readonly name: string;
  readonly title: string;
  readonly content: ReactNode;
}

/** Parts of a screen of which one is in sight; which one is in the address. */
export function TabSet({ items, label }: { readonly items: readonly TabItem[]; readonly label: string }) {
  const { search } = useAddress();
  const first = items[0]?.name ?? "";
  const wanted = search.get("tab") ?? first;
  const current = items.some((item) => item.name === wanted) ? wanted : first;
  return (
    <Tabs.Root
      value={current}
      onValueChange={(name) => navigate(withSearch({ tab: name === first ? null : name }), { replace: true })}
    >
      <Tabs.List aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b border-line">
        {items.map((item) => (
          <Tabs.Trigger
            key={item.name}
            value={item.name}
            className="-mb-px border-b-2 border-transparent px-3 py-2 whitespace-nowrap text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink max-lg:min-h-11"
          >
            {item.title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {items.map((item) => (
        <Tabs.Content key={item.name} value={item.name}>
          {item.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
