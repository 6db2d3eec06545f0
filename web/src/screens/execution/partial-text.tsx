import { memo } from "react";
import { useLiveTexts } from "../../api/live-texts.ts";
import { Icon } from "../../parts/icons.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** What models are saying right now. */
export function PartialTexts({ executionId }: { readonly executionId: string }) {
  const live = useLiveTexts(executionId);
  return live.map(({ stepIndex, blocks }) => (
    <div key={stepIndex} className="flex gap-2.5 border-l-2 border-accent px-3.5 py-3">
      <Icon name="model" className="mt-0.5 text-accent" />
      <p className="min-w-0 whitespace-pre-wrap">
        {blocks.map(({ number, text }) => (
          <Block key={number} text={text} />
        ))}
        <span
          aria-hidden="true"
          className="live-bar ml-0.5 inline-block h-3.5 w-1.5 translate-y-0.5 bg-accent"
        />
      </p>
    </div>
  ));
}

/** Only the last one changes with each word. */
const Block = memo(SeenText);
