import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { addressOf, read } from "../../api/request.ts";
import type { ExecutionFilter, ExecutionPage } from "../../api/types.ts";
import { navigate, useAddress, withSearch } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import { ExecutionRows } from "./execution-rows.tsx";
import { isEmptyFilter, noFilter, readFilter } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";

const PAGE = 50;

/** What ran and what did not: filtered by the address, read further as one scrolls. */
export default function ExecutionsScreen() {
  const { search } = useAddress();
  const filter = readFilter(search);
  const [bulk, setBulk] = useState<"cancel" | "retry" | null>(null);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useExecutions(filter);
  const executions = data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = isEmptyFilter(filter);
  const whyNot = isEmpty ? "Set a filter first: everything at once is not offered." : undefined;
  return (
    <Page
      title="Executions"
      lead="Newest first"
      actions={
        <>
          <Button disabled={isEmpty} data-tip={whyNot} onClick={() => setBulk("retry")}>
            Run these again…
          </Button>
          <Button disabled={isEmpty} data-tip={whyNot} className="text-bad" onClick={() => setBulk("cancel")}>
            Cancel these…
          </Button>
        </>
      }
    >
      <FilterBar search={search} isEmpty={isEmpty} />
      {error === null ? null : <FailureNote error={error} />}
      <div className="panel overflow-hidden">
        {isPending ? <SkeletonRows count={10} label="Loading executions" /> : null}
        {data !== undefined && executions.length === 0 ? <NothingHere isEmpty={isEmpty} /> : null}
        {executions.length === 0 ? null : <ExecutionRows executions={executions} />}
        <More hasMore={hasNextPage} isBusy={isFetchingNextPage} onMore={() => void fetchNextPage()} />
      </div>
      {bulk === null ? null : <BulkDialog kind={bulk} filter={filter} onClose={() => setBulk(null)} />}
    </Page>
  );
}

function useExecutions(filter: ExecutionFilter) {
  return useInfiniteQuery({
    queryKey: ["executions", filter],
    queryFn: ({ pageParam, signal }) =>
      read<ExecutionPage>(
        addressOf("/api/executions", { ...filter, cursor: pageParam, limit: PAGE }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

function NothingHere({ isEmpty }: { readonly isEmpty: boolean }) {
  return isEmpty ? (
    <Empty title="Nothing has run yet." next="Start a hand: `hands run NAME`, or wait for its next fire." />
  ) : (
    <Empty title="No execution fits this filter.">
      <Button className="mt-3" onClick={() => navigate(withSearch(noFilter))}>
        Clear the filter
      </Button>
    </Empty>
  );
}

interface MoreProps {
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly onMore: () => void;
}

/** Reads further when its end comes into sight; a button for those who do not scroll. */
function More({ hasMore, isBusy, onMore }: MoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    const element = end.current;
    if (element === null || !hasMore || isBusy) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) more.current();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, isBusy]);
  if (!hasMore) return null;
  return (
    <div ref={end} className="border-t border-line p-2 text-center">
      <Button look="bare" isBusy={isBusy} onClick={onMore}>
        {isBusy ? "Reading more" : "More"}
      </Button>
    </div>
  );
}
