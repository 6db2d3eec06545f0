import type { HandDetail } from "../../api/types.ts";
import { Empty } from "../../parts/notes.tsx";
import { MarkdownView } from "../../parts/output-view.tsx";
import { Panel } from "../../parts/panel.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** Domain knowledge, each file to unfold. */
export function Skills({ hand }: { readonly hand: HandDetail }) {
  return (
    <Panel title="Skills">
      {hand.skills.length === 0 ? (
        <Empty title="It has no skills." next="Put Markdown files into `skills/` in the hand's folder." />
      ) : (
        <ul className="divide-y divide-line">
          {hand.skills.map((skill) => (
            <li key={skill.path}>
              <details>
                <summary className="px-4 py-2.5">
                  <span className="font-medium">
                    <SeenText text={skill.name} />
                  </span>{" "}
                  <span className="text-small text-ink-2">
                    <SeenText text={skill.description ?? skill.path} />
                  </span>
                </summary>
                <div className="px-8 pb-4">
                  <MarkdownView text={skill.text ?? "It could not be read."} />
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
