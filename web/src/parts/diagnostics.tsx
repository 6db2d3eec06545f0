import type { Diagnostic } from "../api/types.ts";
import { Icon } from "./icons.tsx";
import { Commands } from "./notes.tsx";
import { SeenText } from "./seen-text.tsx";

/** Problems of a manifest: what, where, the line with a caret under the place, and what to do. */
export function Diagnostics({ problems }: { readonly problems: readonly Diagnostic[] }) {
  return (
    <ul className="mt-2 space-y-2">
      {problems.map((problem) => (
        <li
          key={`${problem.file}:${problem.line}:${problem.column}:${problem.code}:${problem.message}`}
          className={`rounded-md border-l-2 bg-sunken px-3 py-2 text-small ${problem.severity === "error" ? "border-bad" : "border-wait"}`}
        >
          <p className="flex gap-2">
            <Icon
              name={problem.severity === "error" ? "cross" : "alert"}
              className={`mt-0.5 ${problem.severity === "error" ? "text-bad" : "text-wait"}`}
            />
            <span className="min-w-0">
              <span className="font-medium">{problem.severity}: </span>
              <Commands text={problem.message} />
            </span>
          </p>
          {problem.source === null ? null : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
            <pre tabIndex={0} className="mt-1 overflow-x-auto pl-6 font-mono leading-4 text-ink-2">
              <SeenText text={problem.source} />
              {problem.column === null ? "" : `\n${" ".repeat(Math.max(0, problem.column - 1))}^`}
            </pre>
          )}
          <p className="pl-6 text-ink-2">
            <span className="font-mono [overflow-wrap:anywhere]">
              {problem.file}
              {problem.line === null ? "" : `:${problem.line}:${problem.column ?? 1}`}
            </span>
            {problem.hint === null ? null : (
              <>
                {" – "}
                <Commands text={problem.hint} />
              </>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
