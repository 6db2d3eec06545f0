import { useQuery } from "@tanstack/react-query";
import { sessionQuery, settingsQuery } from "../../api/queries.ts";
import type { Settings } from "../../api/types.ts";
import { formatBytes, formatCount } from "../../format/numbers.ts";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Fact, Facts, Page, Panel } from "../../parts/panel.tsx";
import { SignText } from "../../parts/sign.tsx";
import { TabSet } from "../../parts/tab-set.tsx";
import { AuditFacts } from "./audit-facts.tsx";
import { Nodes } from "./nodes.tsx";
import { PauseAll } from "./pause-all.tsx";
import { RetentionFacts } from "./retention-facts.tsx";
import { Rules } from "./rules.tsx";
import { SessionPanel } from "./session-panel.tsx";
import { TestButton } from "./test-button.tsx";
import { Tokens } from "./tokens.tsx";

/** What the process is set up with, who may use it, and what is remembered. */
export default function SettingsScreen() {
  const { data, error, isPending } = useQuery(settingsQuery);
  const session = useQuery(sessionQuery);
  const isAdmin = session.data?.scopes.includes("admin") ?? false;
  return (
    <Page title="Settings" actions={data === undefined ? null : <PauseAll isAllPaused={data.isAllPaused} />}>
      {error === null ? null : <FailureNote error={error} />}
      {isPending ? (
        <div className="panel">
          <SkeletonRows count={8} label="Loading settings" />
        </div>
      ) : null}
      {data === undefined ? null : (
        <TabSet
          label="Settings"
          items={[
            { name: "system", title: "System", content: <System settings={data} /> },
            { name: "nodes", title: "Nodes", content: <Nodes /> },
            { name: "models", title: "Models and channels", content: <Models settings={data} /> },
            { name: "rules", title: "Remembered approvals", content: <Rules /> },
            { name: "tokens", title: "Tokens", content: <Tokens isAdmin={isAdmin} /> },
            { name: "session", title: "Session", content: <SessionPanel /> },
          ]}
        />
      )}
    </Page>
  );
}

function System({ settings }: { readonly settings: Settings }) {
  const { database, policy, project, server } = settings;
  return (
    <div className="grid gap-6 xl:grid-cols-2">
      <Panel title="Process">
        <Facts>
          <Fact name="Version">Hands {settings.version}</Fact>
          <Fact name="Node">
            {settings.nodeVersion}, {settings.platform}
          </Fact>
          <Fact name="Started">
            <Instant at={settings.startedAt} />
          </Fact>
          <Fact name="Listens at">
            <span className="font-mono text-small">
              {server.host}:{server.port}
            </span>
          </Fact>
          <Fact name="At once">{settings.maxConcurrent} executions</Fact>
          <Fact name="Node id">
            <span className="font-mono text-small">{settings.nodeId}</span>
          </Fact>
        </Facts>
      </Panel>
      <Panel title="Database">
        <Facts>
          <Fact name="Engine">{database.engine}</Fact>
          <Fact name="State">
            <SignText
              sign={
                database.isHealthy
                  ? { icon: "check", word: "healthy", tone: "ok" }
                  : { icon: "cross", word: "does not answer", tone: "bad" }
              }
            />
          </Fact>
          <Fact name="Answers in">{database.latencyMs} ms</Fact>
          {database.sizeBytes === null ? null : <Fact name="Size">{formatBytes(database.sizeBytes)}</Fact>}
        </Facts>
      </Panel>
      <Panel title="Audit">
        <Facts>
          <AuditFacts audit={settings.audit} />
        </Facts>
      </Panel>
      <Panel title="Retention">
        <Facts>
          <RetentionFacts retention={settings.retention} />
          <Fact name="Executions">{formatKept(settings.kept.executionCount)}</Fact>
          <Fact name="Events">{formatKept(settings.kept.eventCount)}</Fact>
        </Facts>
      </Panel>
      <Panel title="Project">
        <Facts>
          {(
            [
              ["Folder", project.dir],
              ["Settings file", project.configPath ?? "none: every default holds"],
              ["Hands", project.handsDir],
              ["Data", project.dataDir],
            ] as const
          ).map(([name, path]) => (
            <Fact key={name} name={name}>
              <span className="font-mono text-small">{path}</span>
            </Fact>
          ))}
        </Facts>
      </Panel>
      <Panel title="Policy">
        <Facts>
          <Fact name="Never runs">{policy.deny.length === 0 ? "no deny rule" : policy.deny.join(", ")}</Fact>
          <Fact name="Approvals by time">
            {policy.allowsAutoApprove ? "allowed where a gate says so" : "forbidden"}
          </Fact>
          <Fact name="Approvers">
            {policy.approvers.length === 0 ? "nobody through channels" : policy.approvers.join(", ")}
          </Fact>
          <Fact name="Secrets">
            {settings.secrets.length === 0
              ? "none named"
              : settings.secrets.map(({ name, isSet }) => (
                  <span key={name} className="block font-mono text-small">
                    {name} {isSet ? "" : <span className="text-bad">not set</span>}
                  </span>
                ))}
          </Fact>
        </Facts>
      </Panel>
    </div>
  );
}

/** The server counts no further than a million. */
function formatKept(count: number): string {
  return count < 1_000_000 ? formatCount(count) : `${formatCount(count)} or more`;
}

function Models({ settings }: { readonly settings: Settings }) {
  const { model, channels } = settings;
  return (
    <div className="grid gap-6 xl:grid-cols-2">
      <Panel title="Models">
        {model.name === null && model.providers.length === 0 ? (
          <Empty
            title="No model is set."
            next="Name one in `[model]` of `hands.toml`, or set `HANDS_MODEL`. Hands with a script need none."
          />
        ) : (
          <ul className="divide-y divide-line">
            {model.name === null ? null : (
              <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                <span className="min-w-0 grow">
                  <span className="font-mono text-small font-medium">{model.name}</span>
                  <span className="block text-small text-ink-2">
                    the project's default{model.baseUrl === null ? "" : `, at ${model.baseUrl}`}
                    {model.hasKey ? "" : ", key from the environment if there is one"}
                  </span>
                </span>
                <TestButton
                  address="/api/settings/test-model"
                  body={{ name: model.name }}
                  label={`Test ${model.name}`}
                />
              </li>
            )}
            {model.providers.map((provider) => (
              <li key={provider.name} className="px-4 py-2.5">
                <span className="font-mono text-small font-medium">{provider.name}</span>
                <span className="block text-small text-ink-2">
                  {provider.baseUrl ?? "its own address"}, {provider.hasKey ? "has a key" : "no key"}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Channels">
        {channels.length === 0 ? (
          <Empty
            title="No channel is set up."
            next="Name one in `[channels.NAME]` of `hands.toml`. The dashboard and files need none."
          />
        ) : (
          <ul className="divide-y divide-line">
            {channels.map((channel) => (
              <li key={channel.name} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                <span className="min-w-0 grow">
                  <span className="font-medium">{channel.name}</span>{" "}
                  <span className="text-ink-2">{channel.type}</span>
                  <span className="block font-mono text-small text-ink-2">{channel.destination}</span>
                </span>
                <TestButton
                  address="/api/settings/test-channel"
                  body={{ name: channel.name }}
                  label={`Test ${channel.name}`}
                />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
