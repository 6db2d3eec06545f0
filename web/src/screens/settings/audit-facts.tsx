import type { Settings } from "../../api/types.ts";
import { formatCount } from "../../format/numbers.ts";
import { Instant } from "../../parts/instant.tsx";
import { Fact } from "../../parts/panel.tsx";

/** Where the chain of audited events ends, and when it was verified last. */
export function AuditFacts({ audit }: { readonly audit: Settings["audit"] }) {
  const { head, anchor, lastVerification } = audit;
  const places = [anchor.file, anchor.channel].filter((place) => place !== null);
  return (
    <>
      <Fact name="Head">
        {head.hash === null ? "none yet" : `event ${formatCount(head.position)}, ${head.hash.slice(0, 12)}`}
      </Fact>
      <Fact name="Anchored in">
        {places.length === 0 ? "nothing outside the database" : places.join(", ")}
      </Fact>
      <Fact name="Verified last">
        {lastVerification === null ? (
          "never by itself: hands audit verify"
        ) : (
          <>
            <Instant at={lastVerification.at} />, {lastVerification.problem ?? "nothing was changed"}
          </>
        )}
      </Fact>
    </>
  );
}
