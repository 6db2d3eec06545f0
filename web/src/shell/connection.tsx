import { useConnection } from "../api/live.ts";
import { formatDuration } from "../format/instants.ts";
import { useNow } from "../parts/clock.ts";

/** Whether what the page shows is what is. */
export function Connection() {
  const connection = useConnection();
  const nowMs = useNow(1000);
  switch (connection.kind) {
    case "connecting":
      return <State tone="bg-line-strong" word="Connecting" tip="Waiting for the server's events" />;
    case "live":
      return <State tone="bg-ok" word="Live" tip="Changes show here as they happen" />;
    case "lost": {
      const awayMs = Math.max(0, nowMs - connection.since);
      return (
        <State
          tone="bg-bad"
          word={
            awayMs < 5000
              ? "Reconnecting"
              : `No connection for ${formatDuration(Math.floor(awayMs / 1000) * 1000)}`
          }
          tip="The server does not answer. Is `hands up` running? This page connects again by itself."
        />
      );
    }
  }
}

interface StateProps {
  readonly tone: string;
  readonly word: string;
  readonly tip: string;
}

function State({ tone, word, tip }: StateProps) {
  return (
    <p role="status" data-tip={tip} className="flex items-center gap-2 text-small text-ink-2">
      <span className="grid h-4 w-4 place-items-center">
        <span className={`h-2 w-2 rounded-full ${tone}`} />
      </span>
      {word}
    </p>
  );
}
