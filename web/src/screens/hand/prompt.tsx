import type { HandDetail } from "../../api/types.ts";
import { Empty } from "../../parts/notes.tsx";
import { MarkdownView } from "../../parts/output-view.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** What decides: the system prompt or the script. */
export function Prompt({ hand }: { readonly hand: HandDetail }) {
  if (hand.script !== null) {
    return (
      <Panel title="hand.ts">
        <ScrollBox className="overflow-x-auto px-4 py-3">
          <pre className="font-mono text-small leading-5">
            <SeenText text={hand.script} />
          </pre>
        </ScrollBox>
      </Panel>
    );
  }
  return (
    <Panel title="SYSTEM.md">
      {hand.prompt === null ? (
        <Empty title="There is no prompt." next="Write it into `SYSTEM.md` in the hand's folder." />
      ) : (
        <div className="px-4 py-3">
          <MarkdownView text={hand.prompt} />
        </div>
      )}
    </Panel>
  );
}
