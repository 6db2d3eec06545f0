import { open } from "node:fs/promises";
import { join } from "node:path";
import { toIso } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import { handConfigToJson, readHandTexts } from "../../manifest/index.ts";
import type { HandJson } from "../../registry/index.ts";
import { nextFires } from "../../schedule/index.ts";
import { findHandState, listFiguresOfHand, readMemoryValues } from "../../store/index.ts";
import type { HandDetail } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";
import { calculateDays, DAY_MS } from "./day-figures.ts";
import { listHandTools } from "./hand-tools.ts";
import { toHand } from "./hand-view.ts";
import { createParametersSchema } from "./parameters-schema.ts";

const FIRES = 10;
const CHART_DAYS = 30;
const LONGEST_TEXT_BYTES = 262_144;
const LONGEST_SHORT_TEXT_BYTES = 65_536;

/** Everything about one hand. */
export async function readHandDetail(
  context: ServerContext,
  entry: HandJson,
  config: HandConfig | null,
): Promise<HandDetail> {
  const { registry, store } = context.runtime;
  const nowMs = store.nowMs();
  const since = Math.floor(nowMs / DAY_MS - (CHART_DAYS - 1)) * DAY_MS;
  const [state, figures] = await Promise.all([
    registry.getState(entry.name),
    listFiguresOfHand(store, entry.name, since),
  ]);
  const base = {
    ...toHand(entry, config),
    pausedAt: state.pausedAt?.toISOString() ?? null,
    pausedBy: state.pausedBy,
    pauseNote: state.pauseNote,
    enabledOverride: state.enabledOverride,
    enabledOverrideBy: state.enabledOverrideBy,
    errorMessage: state.errorMessage,
    days: calculateDays(figures, since, CHART_DAYS),
  };
  const file = entry.problems[0]?.file;
  if (config === null) {
    return { ...base, ...EMPTY, manifestText: file === undefined ? null : await readManifest(file) };
  }
  return {
    ...base,
    author: config.author,
    brain: config.scriptPath === null ? "model" : "script",
    model: config.model.name ?? context.runtime.config.model.name,
    handDir: config.handDir,
    manifest: handConfigToJson(config),
    manifestText: await readText(join(config.handDir, "HAND.toml"), LONGEST_SHORT_TEXT_BYTES),
    prompt: await readPrompt(config),
    script: await readText(config.scriptPath, LONGEST_TEXT_BYTES),
    skills: await Promise.all(
      config.skills.map(async (skill) => ({
        ...skill,
        text: await readText(join(config.handDir, skill.path), LONGEST_SHORT_TEXT_BYTES),
      })),
    ),
    tools: await listHandTools(context, config),
    gates: config.approvalGates,
    parameters: config.parameters,
    title: config.title,
    category: config.category,
    icon: config.icon,
    dialect: config.dialect,
    parametersSchema: createParametersSchema(config),
    metrics: await readMetrics(context, config),
    nextFires: await listNextFires(context, config, nowMs),
  };
}

const EMPTY = {
  author: null,
  brain: null,
  model: null,
  handDir: null,
  manifest: null,
  manifestText: null,
  prompt: null,
  script: null,
  skills: [],
  tools: [],
  gates: [],
  parameters: {},
  title: null,
  category: null,
  icon: null,
  dialect: null,
  parametersSchema: null,
  metrics: [],
  nextFires: [],
} as const;

/** The figures that the hand shows of its memory; null where it has not set one. */
async function readMetrics({ runtime }: ServerContext, config: HandConfig): Promise<HandDetail["metrics"]> {
  const { metrics } = config.dashboard;
  const values = await readMemoryValues(
    runtime.store,
    config.name,
    metrics.map(({ memoryKey }) => memoryKey),
  );
  return metrics.map((metric) => ({ ...metric, value: values.get(metric.memoryKey) ?? null }));
}

/** What a model is told: `SYSTEM.md`, or what another format has in its place. */
async function readPrompt(config: HandConfig): Promise<string | null> {
  if (config.dialect === "native") return await readText(config.systemPromptPath, LONGEST_TEXT_BYTES);
  try {
    return (await readHandTexts(config)).systemPrompt?.slice(0, LONGEST_TEXT_BYTES) ?? null;
  } catch {
    return null;
  }
}

async function listNextFires(
  context: ServerContext,
  config: HandConfig,
  nowMs: number,
): Promise<readonly string[]> {
  if (config.schedule === null || !config.enabled) return [];
  const state = await findHandState(context.runtime.store, config.name);
  const anchor = new Date(state?.anchor_at ?? nowMs);
  return nextFires(config.schedule, { from: new Date(nowMs), count: FIRES, anchor }).map((fire) =>
    toIso(fire.getTime()),
  );
}

/** A manifest that is too broken to be read as one is shown as it is written. */
async function readManifest(file: string): Promise<string | null> {
  return /(?:^|[\\/])HAND\.toml$/.test(file) ? await readText(file, LONGEST_SHORT_TEXT_BYTES) : null;
}

/** The beginning of a text file; null where it cannot be read. */
async function readText(path: string | null, longestBytes: number): Promise<string | null> {
  if (path === null) return null;
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(longestBytes), position: 0 });
    return buffer.toString("utf8", 0, bytesRead);
  } catch {
    return null;
  }
}
