import { toIso } from "../../core/index.ts";
import { checkDatabase, KEEP_EVERYTHING, PROGRAM_VERSION, readAuditRecord } from "../../runtime/index.ts";
import {
  countKept,
  isAllPaused,
  prunesAnything,
  readAuditHead,
  readRetentionRecord,
} from "../../store/index.ts";
import type { Settings } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { settings } from "../schemas/settings.ts";
import type { ServerContext } from "../server-context.ts";

const show = defineRoute({
  method: "get",
  path: "/api/settings",
  id: "getSettings",
  summary: "What the process is set up with; no secret is in it",
  tag: "Settings",
  scope: "read",
  answer: settings,
  async handle(_input, context) {
    const { channels, config, nodeId, store } = context.runtime;
    return {
      version: PROGRAM_VERSION,
      nodeVersion: process.version,
      platform: `${process.platform} ${process.arch}`,
      startedAt: toIso(context.startedAt),
      nodeId,
      project: {
        dir: config.projectDir,
        configPath: config.configPath,
        handsDir: config.handsDir,
        dataDir: config.dataDir,
      },
      database: await describeDatabase(context),
      kept: await countKept(store),
      retention: await describeRetention(context),
      audit: await describeAudit(context),
      server: context.readAddress(),
      model: describeModel(context),
      channels: config.channels.map(({ name, type }) => {
        const destination = channels.find(name)?.destination ?? "";
        return { name, type, destination: hideSecrets(destination) };
      }),
      policy: config.policy,
      secrets: Object.entries(config.secrets).map(([name, value]) => ({ name, isSet: value !== "" })),
      maxConcurrent: config.maxConcurrent,
      isAllPaused: await isAllPaused(store),
    };
  },
});

export const settingsRoutes = [show];

async function describeDatabase({ runtime, clock }: ServerContext): Promise<Settings["database"]> {
  const { engine, isHealthy, sizeBytes, latencyMs } = await checkDatabase(
    runtime.store,
    runtime.config.db,
    clock,
  );
  return { engine, isHealthy, sizeBytes, latencyMs };
}

async function describeAudit({ runtime }: ServerContext): Promise<Settings["audit"]> {
  const { store, config } = runtime;
  const [{ head, checkpointPosition, unsealedCount }, record] = await Promise.all([
    readAuditHead(store),
    readAuditRecord(store),
  ]);
  const { anchorFile = null, anchorChannel = null, everyMs = null } = config.audit ?? {};
  return {
    head: { position: head.position, hash: head.hash },
    checkpointPosition,
    unsealedCount,
    anchor: { file: anchorFile, channel: anchorChannel, everyMs },
    lastVerification: record === null ? null : { at: toIso(record.verifiedAt), problem: record.problem },
  };
}

async function describeRetention({ runtime }: ServerContext): Promise<Settings["retention"]> {
  const policy = runtime.config.retention ?? KEEP_EVERYTHING;
  const record = await readRetentionRecord(runtime.store);
  return {
    prunesAnything: prunesAnything(policy),
    ...policy,
    lastPruning:
      record === null
        ? null
        : {
            endedAt: toIso(record.endedAt),
            removed: { ...record.lastRemoved },
            totalRemoved: { ...record.totalRemoved },
          },
  };
}

function describeModel({ runtime }: ServerContext): Settings["model"] {
  const { model } = runtime.config;
  return {
    name: model.name,
    baseUrl: model.baseUrl === null ? null : hideSecrets(model.baseUrl),
    hasKey: model.apiKey !== null,
    providers: Object.entries(model.providers ?? {}).map(([name, { baseUrl, apiKey }]) => ({
      name,
      baseUrl: baseUrl === null ? null : hideSecrets(baseUrl),
      hasKey: apiKey !== null,
    })),
  };
}

/** An address without what could be a key in it: paths and queries of channels often are. */
function hideSecrets(destination: string): string {
  const url = URL.parse(destination);
  return url === null ? destination : url.origin;
}
