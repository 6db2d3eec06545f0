import type { HandDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { Empty } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** The rules by which it asks. */
export function Gates({ hand }: { readonly hand: HandDetail }) {
  return (
    <Panel title="Gates">
      {hand.gates.length === 0 ? (
        <Empty
          title="It has no gates."
          next="Tools with an effect still ask, unless `unattended` lists them. Gates are written in `[approval_gates]`."
        />
      ) : (
        <ScrollBox className="overflow-x-auto">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Gate</th>
                <th scope="col">Covers</th>
                <th scope="col">When</th>
                <th scope="col">Without an answer</th>
              </tr>
            </thead>
            <tbody>
              {hand.gates.map((gate) => (
                <tr key={gate.key}>
                  <td>
                    <span className="font-mono text-small font-medium">
                      <SeenText text={gate.key} />
                    </span>
                    <span className="block text-ink-2">
                      <SeenText text={gate.description} />
                    </span>
                  </td>
                  <td className="font-mono text-small">
                    <SeenText text={[gate.action, ...gate.tools].join(", ")} />
                  </td>
                  <td className="font-mono text-small">
                    {gate.when === null ? (
                      <span className="font-sans text-ink-2">always</span>
                    ) : (
                      <SeenText text={gate.when} />
                    )}
                  </td>
                  <td>
                    {gate.autoApproveAfter === null
                      ? ""
                      : `approves itself after ${formatDuration(gate.autoApproveAfter * 1000)} `}
                    {gate.expiresAfter === null
                      ? gate.autoApproveAfter === null
                        ? "expires after 7 d"
                        : ""
                      : `expires after ${formatDuration(gate.expiresAfter * 1000)}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </Panel>
  );
}
