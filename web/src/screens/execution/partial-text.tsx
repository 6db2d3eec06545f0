import { Icon } from "../../parts/icons.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** What a model is saying right now. */
export function PartialText({ text }: { readonly text: string }) {
  return (
    <div className="flex gap-2.5 border-l-2 border-accent px-3.5 py-3">
      <Icon name="model" className="mt-0.5 text-accent" />
      <p className="min-w-0 whitespace-pre-wrap">
        <SeenText text={text} />
        <span
          aria-hidden="true"
          className="live-bar ml-0.5 inline-block h-3.5 w-1.5 translate-y-0.5 bg-accent"
        />
      </p>
    </div>
  );
}
