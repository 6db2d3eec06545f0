import type { HandDetail } from "../../api/types.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { Fact, Facts, Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** `HAND.toml` as it is written, and what it means with every default. */
export function Manifest({ hand }: { readonly hand: HandDetail }) {
  return (
    <div className="grid gap-6 xl:grid-cols-2">
      <div className="min-w-0 space-y-6">
        <Panel title="HAND.toml">
          <ScrollBox className="overflow-x-auto px-4 py-3">
            <pre className="font-mono text-small leading-5">
              <SeenText text={hand.manifestText ?? "It could not be read."} />
            </pre>
          </ScrollBox>
        </Panel>
        <Panel title="Facts">
          <Facts>
            <Fact name="Folder">
              <span className="font-mono text-small">{hand.handDir ?? "–"}</span>
            </Fact>
            {hand.title === null ? null : (
              <Fact name="Title">
                <SeenText text={`${hand.icon ?? ""} ${hand.title}`.trim()} />
              </Fact>
            )}
            {hand.category === null ? null : (
              <Fact name="Category">
                <SeenText text={hand.category} />
              </Fact>
            )}
            {hand.dialect === null || hand.dialect === "native" ? null : (
              <Fact name="Format">{hand.dialect}</Fact>
            )}
            <Fact name="Version">{hand.version ?? "–"}</Fact>
            <Fact name="Author">{hand.author === null ? "–" : <SeenText text={hand.author} />}</Fact>
            <Fact name="Brain">
              {hand.brain === "script"
                ? "script, hand.ts"
                : hand.brain === "model"
                  ? `model ${hand.model ?? ""}`
                  : "–"}
            </Fact>
            {hand.enabledOverride === null ? null : (
              <Fact name="Override">
                {hand.enabledOverride ? "enabled" : "disabled"} by {hand.enabledOverrideBy ?? "somebody"},
                over the manifest
              </Fact>
            )}
          </Facts>
        </Panel>
      </div>
      <Panel title="As it is understood">
        <div className="px-4 py-3">
          {hand.manifest === null ? (
            <p className="text-ink-2">It is broken: nothing of it is in force.</p>
          ) : (
            <JsonView value={hand.manifest} label="The manifest with every default" openLevels={2} />
          )}
        </div>
      </Panel>
    </div>
  );
}
