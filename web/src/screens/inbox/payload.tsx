import type { ApprovalDetail, Json } from "../../api/types.ts";
import { isMembers } from "../../arguments/json-schema.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { Section } from "./section.tsx";

/** Exactly what would run: the tool, every argument in full, the files it names. */
export function Payload({ approval }: { readonly approval: ApprovalDetail }) {
  const { args, context } = approval;
  return (
    <Section title={approval.kind === "unknown" ? "What was being done" : "What would run"}>
      <div className="overflow-hidden rounded-md border border-line">
        <p className="border-b border-line bg-sunken px-3 py-2 font-mono text-small">
          <span className="font-semibold">
            <SeenText text={approval.tool ?? approval.action} />
          </span>
          {approval.tool === null || approval.tool === approval.action ? null : (
            <span className="text-ink-2">
              {" "}
              · action <SeenText text={approval.action} />
            </span>
          )}
        </p>
        <Arguments value={args} />
        {approval.files.length === 0 ? null : (
          <div className="border-t border-line px-3 py-2">
            <p className="legend mb-1">Files, as they are now</p>
            <ul className="space-y-0.5 font-mono text-small [overflow-wrap:anywhere]">
              {approval.files.map((file) => (
                <li key={file.path}>
                  <SeenText text={file.path} />{" "}
                  <span className="text-ink-3">
                    {file.sha256 === null ? "does not exist" : file.sha256.slice(0, 16)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {Object.keys(context).length === 0 ? null : (
        <details className="mt-2">
          <summary className="text-small text-ink-2">Context that came with the request</summary>
          <div className="mt-1 pl-3">
            <JsonView value={context} label="Context" openLevels={2} />
          </div>
        </details>
      )}
    </Section>
  );
}

function Arguments({ value }: { readonly value: Json }) {
  if (value === null) return <p className="px-3 py-2 text-ink-2">No arguments.</p>;
  if (!isMembers(value)) {
    return (
      <div className="px-3 py-2">
        <JsonView value={value} label="Arguments" openLevels={4} />
      </div>
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return <p className="px-3 py-2 text-ink-2">No arguments.</p>;
  return (
    <dl className="divide-y divide-line">
      {entries.map(([name, item]) => (
        <div key={name} className="gap-4 px-3 py-2 sm:grid sm:grid-cols-[minmax(6rem,11rem)_minmax(0,1fr)]">
          <dt className="font-mono text-small text-ink-2 [overflow-wrap:anywhere]">
            <SeenText text={name} />
          </dt>
          <dd className="min-w-0">
            <JsonView value={item ?? null} label={name} openLevels={4} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
