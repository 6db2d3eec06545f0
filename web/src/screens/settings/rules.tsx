import { useQuery } from "@tanstack/react-query";
import { rulesQuery } from "../../api/queries.ts";
import { useChange } from "../../api/use-change.ts";
import { formatPlural } from "../../format/numbers.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Instant } from "../../parts/instant.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** Approvals that are remembered, each to revoke. */
export function Rules() {
  const { data, error, isPending } = useQuery(rulesQuery);
  const revoke = useChange<{ hasChanged: boolean }>(() => announce("Revoked: it asks again"));
  return (
    <Panel title="Remembered approvals">
      {error === null ? null : <FailureNote error={error} />}
      {revoke.error === null ? null : <FailureNote error={revoke.error} />}
      {isPending ? <SkeletonRows count={3} label="Loading rules" /> : null}
      {data?.items.length === 0 ? (
        <Empty
          title="Nothing is remembered."
          next="`Approve and remember…` in the inbox makes such a rule."
        />
      ) : null}
      <ul className="divide-y divide-line">
        {data?.items.map((rule) => (
          <li key={rule.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-2.5">
            <div className="min-w-0 grow">
              <p>
                <span className="font-mono text-small font-medium">
                  <SeenText text={rule.tool} />
                </span>{" "}
                of{" "}
                <Link href={addresses.hand(rule.handName)} className="font-medium hover:underline">
                  {rule.handName}
                </Link>
                {rule.executionId === null ? null : " in one execution"}
                {rule.allowsOtherArgs ? ", other arguments may be anything" : ", exactly these arguments"}
              </p>
              {Object.keys(rule.fixedArgs).length === 0 ? null : (
                <JsonView value={rule.fixedArgs} label="Arguments that stay as they are" openLevels={2} />
              )}
              <p className="text-small text-ink-2">
                by {rule.createdBy} <Instant at={rule.createdAt} />, used{" "}
                {formatPlural(rule.useCount, "time")}
                {rule.expiresAt === null ? null : (
                  <>
                    , ends <Instant at={rule.expiresAt} />
                  </>
                )}
              </p>
            </div>
            <Button
              isBusy={revoke.isPending}
              onClick={() =>
                revoke.mutate({ method: "DELETE", address: `/api/rules/${encodeURIComponent(rule.id)}` })
              }
              aria-label={`Revoke the rule for ${rule.tool} of ${rule.handName}`}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
