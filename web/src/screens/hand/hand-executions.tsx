import { useQuery } from "@tanstack/react-query";
import { addressOf, read } from "../../api/request.ts";
import type { ExecutionPage } from "../../api/types.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ExecutionRows } from "../executions/execution-rows.tsx";

/** Its newest executions. */
export function HandExecutions({ name }: { readonly name: string }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["executions", { hand: name }, "newest"],
    queryFn: ({ signal }) =>
      read<ExecutionPage>(addressOf("/api/executions", { hand: name, limit: 10 }), signal),
  });
  return (
    <Panel
      title="Executions"
      aside={
        <Link href={`${addresses.executions}?hand=${encodeURIComponent(name)}`} className="link text-small">
          All
        </Link>
      }
    >
      {error === null ? null : <FailureNote error={error} />}
      {isPending ? <SkeletonRows count={4} label="Loading executions" /> : null}
      {data?.items.length === 0 ? (
        <Empty title="It has not run yet." next={`Start it: \`hands run ${name}\`.`} />
      ) : null}
      {data === undefined ? null : <ExecutionRows executions={data.items} hidesHand />}
    </Panel>
  );
}
