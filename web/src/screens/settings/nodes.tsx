import { useQuery } from "@tanstack/react-query";
import { nodesQuery } from "../../api/queries.ts";
import type { Node } from "../../api/types.ts";
import { nodeSigns } from "../../format/states.ts";
import { Instant } from "../../parts/instant.tsx";
import { FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

/** The processes that share the database: what each does, how busy it is, and where it differs from the others. */
export function Nodes() {
  const { data, error, isPending } = useQuery(nodesQuery);
  return (
    <Panel title="Processes that share the database">
      {error === null ? null : <FailureNote error={error} />}
      {isPending ? <SkeletonRows count={3} label="Loading nodes" /> : null}
      <ul className="divide-y divide-line">
        {data?.items.map((node) => (
          <li key={node.id} className="px-4 py-2.5">
            <NodeLine node={node} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NodeLine({ node }: { readonly node: Node }) {
  const isGone = node.state === "stopped" || node.state === "silent";
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <SignText sign={nodeSigns[node.state]} />
        <span className="font-mono text-small font-medium">
          <SeenText text={node.hostName} /> {node.pid}
        </span>
        <span>{node.roles.length === 0 ? "no role" : node.roles.join(", ")}</span>
        {node.isThis ? <span className="text-ink-2">this one</span> : null}
        <span className="ml-auto text-small text-ink-2">
          {isGone ? null : (
            <>
              {node.activeCount} of {node.maxActive} executions,{" "}
            </>
          )}
          seen <Instant at={node.lastSeenAt} />
        </span>
      </p>
      <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-small text-ink-2">
        <span>Hands {node.programVersion}</span>
        {node.isOtherVersion ? (
          <SignText sign={{ icon: "alert", word: "another version than most", tone: "wait" }} />
        ) : null}
        <span>started </span>
        <Instant at={node.startedAt} />
        <span className="font-mono">
          <SeenText text={node.handsDir} />
        </span>
        <HandsSign node={node} />
      </p>
      {node.handsDifferences.length === 0 ? null : (
        <ul className="mt-1 text-small text-ink-2">
          {node.handsDifferences.map(({ handName, kind }) => (
            <li key={handName}>
              <SeenText text={handName} />: {differenceWords[kind]}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const differenceWords: Readonly<Record<Node["handsDifferences"][number]["kind"], string>> = {
  changed: "another version than most nodes have",
  missing: "not in its folder",
  extra: "only in its folder",
};

function HandsSign({ node }: { readonly node: Node }) {
  if (node.handsVersion === null) return null;
  return node.handsDifferences.length === 0 ? (
    <SignText sign={{ icon: "check", word: "the usual hands", tone: "quiet" }} />
  ) : (
    <SignText sign={{ icon: "alert", word: "its hands differ", tone: "wait" }} />
  );
}
