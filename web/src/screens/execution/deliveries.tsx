import type { ExecutionDetail } from "../../api/types.ts";
import { formatPlural } from "../../format/numbers.ts";
import { deliverySigns } from "../../format/states.ts";
import { Instant } from "../../parts/instant.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

/** Where the output went, or is on its way to. */
export function Deliveries({ execution }: { readonly execution: ExecutionDetail }) {
  if (execution.deliveries.length === 0) return null;
  return (
    <Panel title="Deliveries">
      <ul className="divide-y divide-line">
        {execution.deliveries.map((delivery) => (
          <li key={delivery.id} className="px-4 py-2.5">
            <p className="flex flex-wrap items-center gap-x-3">
              <span className="grow font-medium">
                <SeenText text={delivery.channel} />
              </span>
              <SignText sign={deliverySigns[delivery.status]} className="text-small" />
              <Instant at={delivery.completedAt ?? delivery.createdAt} className="text-small text-ink-3" />
            </p>
            <p className="font-mono text-small text-ink-2 [overflow-wrap:anywhere]">
              <SeenText text={delivery.result ?? delivery.destination} />
            </p>
            {delivery.error === null ? null : (
              <p className="mt-1 text-small text-bad">
                <SeenText text={delivery.error} />
              </p>
            )}
            {delivery.attempts > 1 || delivery.nextAttemptAt !== null ? (
              <p className="text-small text-ink-2">
                {formatPlural(delivery.attempts, "attempt")}
                {delivery.nextAttemptAt === null ? null : (
                  <>
                    , the next <Instant at={delivery.nextAttemptAt} />
                  </>
                )}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
