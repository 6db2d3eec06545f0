import type { Approval } from "../../api/types.ts";
import { formatAbsolute, formatCountdown } from "../../format/instants.ts";
import { useNow } from "../../parts/clock.ts";
import { Icon } from "../../parts/icons.tsx";

/** What happens if nobody answers, and how long it is until then. */
export function NoAnswer({ approval }: { readonly approval: Pick<Approval, "onNoAnswer" | "status"> }) {
  const nowMs = useNow(1000);
  if (approval.status !== "pending") return null;
  const { consequence, at, isClockStopped } = approval.onNoAnswer;
  if (consequence === "waits") {
    return (
      <span className="inline-flex items-center gap-1 text-ink-2">
        <Icon name="clock" className="h-3.5 w-3.5" />
        waits until someone answers
      </span>
    );
  }
  if (at === null || isClockStopped) {
    return (
      <span className="inline-flex items-center gap-1 text-wait">
        <Icon name="pause" className="h-3.5 w-3.5" />
        would approve itself; its clock stands still
      </span>
    );
  }
  const atMs = Date.parse(at);
  const leftMs = atMs - nowMs;
  const isNear = leftMs < 10 * 60_000;
  const verb = consequence === "approves" ? "approves itself" : "expires, which is a no,";
  return (
    <time
      dateTime={at}
      data-tip={formatAbsolute(atMs)}
      className={`inline-flex items-center gap-1 ${isNear ? "font-medium text-wait" : "text-ink-2"}`}
    >
      <Icon name={consequence === "approves" ? "check" : "timeout"} className="h-3.5 w-3.5" />
      {leftMs <= 0 ? `${verb} now` : `${verb} in ${formatCountdown(leftMs)}`}
    </time>
  );
}
