import type { ExecutionDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { formatCost, formatCount } from "../../format/numbers.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { Instant } from "../../parts/instant.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Fact, Facts, Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** Times, money, what started it and what it was given. */
export function ExecutionFacts({ execution }: { readonly execution: ExecutionDetail }) {
  const { usage } = execution;
  const hosts = [...new Set(execution.steps.flatMap(({ node }) => node?.hostName ?? []))];
  return (
    <Panel title="Facts">
      <Facts>
        {execution.scheduledFor === null ? null : (
          <Fact name="Scheduled for">
            <Instant at={execution.scheduledFor} />
          </Fact>
        )}
        <Fact name="Started">
          {execution.startedAt === null ? "never" : <Instant at={execution.startedAt} />}
        </Fact>
        <Fact name="Ended">
          {execution.completedAt === null ? "not yet" : <Instant at={execution.completedAt} />}
        </Fact>
        <Fact name="At work">{formatDuration(execution.activeMs)}</Fact>
        <Fact name="Tokens">
          {formatCount(usage.inputTokens)} in, {formatCount(usage.outputTokens)} out
        </Fact>
        <Fact name="Cost">{formatCost(usage.costUsd)}</Fact>
        <Fact name="Attempt">{execution.attempt}</Fact>
        {execution.isUntrusted ? <Fact name="Trust">something from outside entered it</Fact> : null}
        {execution.chain.length === 0 ? null : <Fact name="Led by">{execution.chain.join(" → ")}</Fact>}
        {execution.retryOf === null ? null : (
          <Fact name="Retry of">
            <Link href={addresses.execution(execution.retryOf)} className="link font-mono text-small">
              {execution.retryOf}
            </Link>
          </Fact>
        )}
        {execution.retriedBy.length === 0 ? null : (
          <Fact name="Retried by">
            {execution.retriedBy.map((id) => (
              <Link key={id} href={addresses.execution(id)} className="link block font-mono text-small">
                {id}
              </Link>
            ))}
          </Fact>
        )}
        {execution.cancelRequestedBy === null ? null : (
          <Fact name="Cancelled by">{execution.cancelRequestedBy}</Fact>
        )}
        {execution.parameters === null ? null : (
          <Fact name="Parameters">
            <JsonView value={execution.parameters} label="Parameters" />
          </Fact>
        )}
        {execution.input === null ? null : (
          <Fact name="Input">
            <JsonView value={execution.input} label="Input" />
          </Fact>
        )}
        {execution.filesGenerated.length === 0 ? null : (
          <Fact name="Files">
            <ul className="font-mono text-small">
              {execution.filesGenerated.map((file) => (
                <li key={file}>
                  <SeenText text={file} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name="Id">
          <span className="font-mono text-small">{execution.id}</span>
        </Fact>
        {hosts.length === 0 ? null : <Fact name="Ran on">{hosts.join(", ")}</Fact>}
        {execution.versionHash === null ? null : (
          <Fact name="Version">
            <span className="font-mono text-small" data-tip={execution.versionHash}>
              {execution.versionHash.slice(0, 16)}
            </span>
          </Fact>
        )}
      </Facts>
    </Panel>
  );
}
