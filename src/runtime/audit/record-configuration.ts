import { hashJson, toJsonValue } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { appendEvent, changeRuntimeValue, readRuntimeValue } from "../../store/index.ts";
import { PROGRAM_VERSION } from "../program-version.ts";
import type { ProjectConfig } from "../project-config.ts";

const KEY = "audit.configuration";

/** What of a project's configuration decides who may do what. No secret is in it, only the names of some. */
function summarize({ policy, notify, limits, model, channels, mcp, secrets, retention }: ProjectConfig) {
  return toJsonValue({
    program: PROGRAM_VERSION,
    policy,
    notify: notify ?? null,
    limits: limits ?? null,
    model: model.name,
    channels: channels.map(({ name, type }) => ({ name, type })),
    mcp: Object.keys(mcp ?? {}).sort(),
    secrets: Object.keys(secrets).sort(),
    retention: retention ?? null,
  });
}

/** Records what the project is configured to at a start, where it is not what was recorded last. */
export async function recordConfiguration(
  store: Store,
  config: ProjectConfig,
  nodeId: string,
): Promise<void> {
  const configuration = summarize(config);
  const hash = hashJson(configuration);
  const before = await readRuntimeValue(store, KEY);
  if (before === hash) return;
  await store.transaction(async (transaction) => {
    if (!(await changeRuntimeValue(transaction, KEY, before, hash))) return;
    await appendEvent(transaction, {
      type: "configuration.changed",
      data: { hash, before, nodeId, configuration },
      isAudited: true,
    });
  });
}
