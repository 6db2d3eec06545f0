import type { HandDetail } from "../../api/types.ts";
import { formatMetric } from "../../format/metrics.ts";
import { Fact, Facts, Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** What the hand keeps of itself in its memory, as its manifest asks. */
export function Metrics({ hand }: { readonly hand: HandDetail }) {
  if (hand.metrics.length === 0) return null;
  return (
    <Panel title="Figures">
      <Facts>
        {hand.metrics.map((metric) => (
          <Fact key={metric.memoryKey} name={<SeenText text={metric.label} />}>
            <SeenText text={formatMetric(metric)} />
          </Fact>
        ))}
      </Facts>
    </Panel>
  );
}
