import type { Environment } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { Fetch } from "./language-model.ts";
import type { ModelConfiguration } from "./model-configuration.ts";
import { findModelConfiguration } from "./model-configuration.ts";
import type { ModelSettings } from "./types.ts";

/** What a model's server says of itself. */
export interface ModelServerReport {
  /** `provider/model`. */
  readonly name: string;
  readonly host: string;
  /** Null where the server does not list its models. */
  readonly isListed: boolean | null;
}

/**
 * Asks the server of the project's model which models it has; asks no model, and costs nothing.
 *
 * Throws: `model_not_configured`; `model_failed` where it cannot be reached, does not accept the key or fails.
 */
export async function checkModelServer(
  settings: ModelSettings,
  environment: Environment,
  { fetch = globalThis.fetch, signal }: { readonly fetch?: Fetch; readonly signal: AbortSignal },
): Promise<ModelServerReport> {
  const configuration = findModelConfiguration(null, settings, environment);
  if ("message" in configuration)
    throw new HandsError("model_not_configured", configuration.message, { hint: configuration.hint });
  const { name, provider, baseUrl } = configuration;
  const { host } = new URL(baseUrl);
  const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/models`, {
    headers: createHeaders(configuration),
    redirect: "error",
    signal,
  }).catch((error: unknown) => {
    throw new HandsError(
      "model_failed",
      `the server of ${name} does not answer at ${host}: ${describeError(error)}`,
      {
        hint: "Start it, or write its address as base_url in [model] of hands.toml.",
      },
    );
  });
  if (response.status === 401 || response.status === 403) {
    throw new HandsError(
      "model_failed",
      `${provider} does not accept the key for ${name} (HTTP ${response.status})`,
      {
        hint: "Put a valid key where api_key in hands.toml, or the provider's variable, has it.",
      },
    );
  }
  if (response.status >= 500)
    throw new HandsError("model_failed", `the server of ${name} at ${host} fails (HTTP ${response.status})`, {
      hint: "Look into its own log; it may be starting.",
    });
  return { name, host, isListed: response.ok ? await isListed(response, configuration) : null };
}

function createHeaders({ apiKey, known }: ModelConfiguration): Readonly<Record<string, string>> {
  if (apiKey === null) return {};
  switch (known.protocol) {
    case "anthropic":
      return { "x-api-key": apiKey, "anthropic-version": "2023-06-01" };
    case "google":
      return { "x-goog-api-key": apiKey };
    default:
      return { authorization: `Bearer ${apiKey}` };
  }
}

/** Lists are `{ data: [{ id }] }`, Google's `{ models: [{ name: "models/…" }] }`; one that goes on elsewhere says nothing of what is not on it. */
async function isListed(response: Response, { model }: ModelConfiguration): Promise<boolean | null> {
  const list = (await response.json().catch(() => null)) as {
    readonly data?: unknown;
    readonly models?: unknown;
    readonly has_more?: unknown;
    readonly nextPageToken?: unknown;
  } | null;
  const entries = list?.data ?? list?.models;
  if (!Array.isArray(entries)) return null;
  const ids = entries.map((entry: { readonly id?: unknown; readonly name?: unknown }) =>
    String(entry.id ?? entry.name ?? "").replace(/^models\//, ""),
  );
  if (ids.some((id) => id === model || id === `${model}:latest`)) return true;
  return list?.has_more === true || list?.nextPageToken !== undefined ? null : false;
}
