import type { Sign } from "../format/states.ts";
import { toneSoft, toneText } from "../format/states.ts";
import { Icon } from "./icons.tsx";

interface SignProps {
  readonly sign: Sign;
  readonly className?: string;
}

/** A status: icon, word and colour. */
export function SignText({ sign, className = "" }: SignProps) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${toneText[sign.tone]} ${className}`}
    >
      <Icon name={sign.icon} className={sign.icon === "spinner" ? "motion-safe:animate-spin" : ""} />
      <span className="font-medium">{sign.word}</span>
    </span>
  );
}

/** The same on a ground of its colour, where it leads. */
export function SignBadge({ sign, className = "" }: SignProps) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-md px-1.5 py-0.5 whitespace-nowrap ${toneSoft[sign.tone]} ${className}`}
    >
      <Icon name={sign.icon} className={sign.icon === "spinner" ? "motion-safe:animate-spin" : ""} />
      <span className="text-small font-medium">{sign.word}</span>
    </span>
  );
}
