import type { Environment } from "../core/index.ts";
import type { Diagnostic, ManifestProblem } from "../manifest/index.ts";
import { locateProblems } from "../manifest/index.ts";
import type { ModelProviderSettings } from "../models/index.ts";
import { CHANNEL_SECRETS } from "./channel-schema.ts";
import type { ChannelConfig } from "./project-config.ts";
import type { ProjectFile } from "./project-file-schema.ts";
import type { SecretSource } from "./project-file-values.ts";
import { judgeSecret, readChannel } from "./read-channel.ts";
import { readSecret } from "./read-secret.ts";

/** Every secret of a project, read from where it is kept. */
export interface ProjectSecrets {
  readonly modelKey: string | null;
  readonly providers: Readonly<Record<string, ModelProviderSettings>>;
  readonly channels: readonly ChannelConfig[];
  /** `[secrets]`. One that has no value is empty, so that no variable of its name is taken for it. */
  readonly named: Readonly<Record<string, string>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Stands for every secret in the configuration of a command that only looks: what is configured shows, and nothing was read. */
const UNREAD_SECRET = "unread";

/**
 * Reads the secrets that the file names. A key of a model or a channel that is not there is an error, because another one would be used
 * in its place, or none; one of `[secrets]` is a warning, for only the tools that want it lack it.
 */
export async function readSecrets(
  file: ProjectFile,
  place: {
    readonly environment: Environment;
    readonly projectDir: string;
    /** Of the file, for diagnostics. */
    readonly path: string;
    readonly text: string;
    readonly isWanted: boolean;
  },
): Promise<ProjectSecrets> {
  const problems: ManifestProblem[] = [];

  async function read(
    source: SecretSource | undefined,
    path: readonly string[],
    severity: "error" | "warning" = "error",
  ): Promise<string | null> {
    if (source === undefined) return null;
    if (!place.isWanted) return UNREAD_SECRET;
    const { value, problem, warning } = await readSecret(source, place);
    if (problem !== null) problems.push(report(severity, "missing_secret", problem, path));
    if (warning !== null) problems.push(report("warning", "readable_secret", warning, path));
    return value;
  }

  const modelKey = await read(file.model?.api_key, ["model", "api_key"]);
  const providers: [string, ModelProviderSettings][] = [];
  for (const [name, provider] of Object.entries(file.model?.providers ?? {})) {
    const apiKey = await read(provider.api_key, ["model", "providers", name, "api_key"]);
    const limits = {
      maxConcurrent: provider.max_concurrent ?? null,
      requestsPerMinute: provider.requests_per_minute ?? null,
      tokensPerMinute: provider.tokens_per_minute ?? null,
    };
    const isLimited = Object.values(limits).some((limit) => limit !== null);
    const own = { baseUrl: provider.base_url ?? null, apiKey };
    providers.push([name, isLimited ? { ...own, limits } : own]);
  }
  const channels: ChannelConfig[] = [];
  for (const [name, written] of Object.entries(file.channels ?? {})) {
    const values: Record<string, string | null> = {};
    for (const key of CHANNEL_SECRETS) {
      const source = (written as Partial<Record<typeof key, SecretSource>>)[key];
      if (source === undefined) continue;
      const path = ["channels", name, key];
      const value = await read(source, path);
      const fault = place.isWanted && value !== null ? judgeSecret(written.type, key, value) : null;
      if (fault !== null) problems.push(report("error", "invalid_secret", fault, path));
      values[key] = fault === null ? value : null;
    }
    const channel = readChannel(name, written, values);
    if (channel !== null) channels.push(channel);
  }
  const named: [string, string][] = [];
  for (const [name, source] of Object.entries(file.secrets ?? {})) {
    named.push([name, (await read(source, ["secrets", name], "warning")) ?? ""]);
  }
  return {
    modelKey,
    providers: Object.fromEntries(providers),
    channels,
    named: Object.fromEntries(named),
    diagnostics: locateProblems(place.text, place.path, problems),
  };
}

function report(
  severity: "error" | "warning",
  code: string,
  found: string,
  path: readonly string[],
): ManifestProblem {
  return { severity, code, message: `\`${path.join(".")}\`: ${found}`, path, at: "value", hint: null };
}
