import type { ApprovalDetail } from "../../api/types.ts";
import { stepSigns } from "../../format/states.ts";
import { addresses } from "../../navigation/addresses.ts";
import { Link } from "../../navigation/link.tsx";
import type { IconName } from "../../parts/icons.tsx";
import { Icon } from "../../parts/icons.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { Section } from "./section.tsx";

const kindIcons: Readonly<Record<string, IconName>> = {
  model: "model",
  tool: "tool",
  wait: "clock",
  delivery: "send",
};

/** What led to the request: the last steps of its execution, each a way into it. */
export function LeadingSteps({ approval }: { readonly approval: ApprovalDetail }) {
  const { executionId, lastSteps } = approval;
  if (executionId === null) return null;
  return (
    <Section title="What led to it">
      <ol className="border-l border-line">
        {lastSteps.map((step) => {
          const sign = Object.entries(stepSigns).find(([status]) => status === step.status)?.[1];
          return (
            <li key={step.index} className="relative pl-5">
              <Icon
                name={kindIcons[step.kind] ?? "dot"}
                className="absolute top-1.5 -left-2 bg-surface text-ink-3"
              />
              <Link
                href={addresses.step(executionId, step.index)}
                className="block rounded-md px-2 py-1 hover:bg-sunken"
              >
                <span className="flex flex-wrap items-center gap-x-3">
                  <span className="font-mono text-small font-medium">
                    <SeenText text={step.name} />
                  </span>
                  {sign === undefined ? null : <SignText sign={sign} className="text-small" />}
                </span>
                <span className="line-clamp-2 text-small text-ink-2">
                  <SeenText text={step.summary} />
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
      <Link href={addresses.execution(executionId)} className="link mt-2 inline-block">
        Open the execution
      </Link>
    </Section>
  );
}
