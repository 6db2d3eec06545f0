import type { ApprovalDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/instants.ts";
import { SeenText } from "../../parts/seen-text.tsx";
import { Section } from "./section.tsx";

const reasons: Readonly<Record<ApprovalDetail["because"], string>> = {
  gate: "A gate of the hand covers this call.",
  not_unattended: "It has an effect, and nothing in the manifest lets it run unattended.",
  requested: "The hand itself asked.",
  effect_unknown:
    "It was interrupted while it ran, and nobody knows whether it took effect. Look where it would show, then answer.",
};

/** The rule that made it ask. */
export function Why({ approval }: { readonly approval: ApprovalDetail }) {
  return (
    <Section title="Why it asks">
      <p>{reasons[approval.because]}</p>
      {approval.askedAlthough === null ? null : (
        <p className="mt-1">
          You are <SeenText text={approval.askedAlthough} />.
        </p>
      )}
      {approval.gates.length === 0 ? null : (
        <ul className="mt-2 space-y-2">
          {approval.gates.map((gate) => (
            <li key={gate.key} className="rounded-md border border-line px-3 py-2">
              <p className="font-mono text-small">
                <span className="font-semibold">
                  <SeenText text={gate.key} />
                </span>
                {gate.when === null ? null : (
                  <span className="text-ink-2">
                    {" "}
                    when <SeenText text={gate.when} />
                  </span>
                )}
              </p>
              <p className="text-small text-ink-2">
                <SeenText text={gate.description} />{" "}
                {[
                  gate.autoApproveAfter === null
                    ? ""
                    : `Approves itself after ${formatDuration(gate.autoApproveAfter * 1000)}.`,
                  gate.expiresAfter === null
                    ? ""
                    : `Expires after ${formatDuration(gate.expiresAfter * 1000)}.`,
                ].join(" ")}
              </p>
            </li>
          ))}
        </ul>
      )}
      <SentTo approval={approval} />
    </Section>
  );
}

/** Where it was sent through channels, and whether it arrived. */
function SentTo({ approval }: { readonly approval: ApprovalDetail }) {
  if (approval.isWithheld) {
    return <p className="mt-2">The hand asks more than it may, so this was sent to no channel.</p>;
  }
  if (approval.sentTo.length === 0) return null;
  return (
    <ul className="mt-2 text-small text-ink-2">
      {approval.sentTo.map(({ channel, recipient, status, sentAt, error }) => (
        <li key={`${channel} ${recipient} ${sentAt}`}>
          {sentAt !== null ? "Sent to " : status === "failed" ? "Could not be sent to " : "Not yet sent to "}
          <SeenText text={recipient === null ? channel : `${channel} (${recipient})`} />
          {error === null || status === "delivered" ? null : (
            <>
              : <SeenText text={error} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
