import type { HandDetail, HandTool } from "../../api/types.ts";
import type { Sign } from "../../format/states.ts";
import { effectSigns } from "../../format/states.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { Empty } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";

/** What it may call, what each can do, and whether it asks first. */
export function Tools({ hand }: { readonly hand: HandDetail }) {
  return (
    <Panel title="Tools">
      {hand.tools.length === 0 ? (
        <Empty title="It has no tools." next="Name them in `[tools]` of its `HAND.toml`." />
      ) : (
        <ul className="divide-y divide-line">
          {hand.tools.map((tool) => (
            <li key={tool.name} className="px-4 py-2.5">
              <div className="grid gap-x-4 gap-y-1 lg:grid-cols-[12rem_8rem_minmax(0,1fr)_16rem]">
                <span className="font-mono text-small font-medium">
                  <SeenText text={tool.name} />
                  {tool.isRequired ? null : (
                    <span className="font-sans font-normal text-ink-3"> optional</span>
                  )}
                </span>
                {tool.effect === null ? (
                  <span className="text-small text-ink-2">effect not known yet</span>
                ) : (
                  <SignText sign={effectSigns[tool.effect]} className="text-small" />
                )}
                <span className="text-small text-ink-2">
                  <SeenText text={tool.description ?? ""} />
                </span>
                <SignText sign={policySign(tool)} className="text-small" />
              </div>
              {tool.inputSchema === null ? null : (
                <details className="mt-1">
                  <summary className="text-small text-ink-2">Arguments</summary>
                  <div className="mt-1 pl-3">
                    <JsonView value={tool.inputSchema} label={`Arguments of ${tool.name}`} openLevels={2} />
                  </div>
                </details>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function policySign({ isAvailable, policy }: HandTool): Sign {
  if (!isAvailable) return { icon: "alert", word: "not there", tone: "bad" };
  if (policy === null) return { icon: "question", word: "not known yet", tone: "quiet" };
  switch (policy.kind) {
    case "runs":
      return { icon: "check", word: reasons[policy.because], tone: "ok" };
    case "asks": {
      const by = policy.gates.length === 0 ? "" : `: ${policy.gates.join(", ")}`;
      return {
        icon: "hand",
        word: `${policy.isConditional ? "asks if the gate covers it" : "asks"}${by}`,
        tone: "wait",
      };
    }
    case "refused":
      return { icon: "cross", word: `refused by ${policy.rule}`, tone: "bad" };
  }
}

const reasons = {
  read: "runs: it only reads",
  confined: "runs: its own workspace",
  unattended: "runs unattended",
} as const;
