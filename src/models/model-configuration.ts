import type { Environment } from "../core/index.ts";
import { findNearest } from "../core/index.ts";
import type { KnownProvider } from "./providers.ts";
import { CONFIGURED_PROVIDER, KNOWN_PROVIDERS } from "./providers.ts";
import type { ModelProviderSettings, ModelSettings } from "./types.ts";

/** Everything needed to ask one model. */
export interface ModelConfiguration {
  /** `provider/model`. */
  readonly name: string;
  /** The half before the first slash. */
  readonly provider: string;
  /** The half after it, as the provider knows the model; may have slashes itself. */
  readonly model: string;
  readonly known: KnownProvider;
  readonly baseUrl: string;
  readonly apiKey: string | null;
}

/** Why a model cannot be asked, and what to write to change that. */
export interface MissingModel {
  readonly message: string;
  readonly hint: string;
}

const EXAMPLE_LOCAL = '[model] name = "ollama/qwen3"';
const EXAMPLE_HOSTED =
  '[model] name = "anthropic/claude-sonnet-4-5" with api_key = { env = "ANTHROPIC_API_KEY" }';
const EXAMPLE_OTHER =
  '[model] name = "openai-compatible/the-model" with base_url = "http://127.0.0.1:8000/v1"';

/** Why a model could not be asked, by its name or the project's default for null; null where it could. Sends nothing. */
export function explainMissing(
  name: string | null,
  settings: ModelSettings,
  environment: Environment,
): MissingModel | null {
  const configuration = findModelConfiguration(name, settings, environment);
  return "message" in configuration ? configuration : null;
}

/** The configuration of a model by its name, or of the project's default for null; else what is missing. */
export function findModelConfiguration(
  name: string | null,
  settings: ModelSettings,
  environment: Environment,
): ModelConfiguration | MissingModel {
  const wanted = name ?? settings.name;
  if (wanted === null || wanted.trim() === "") return explainNoName(environment);
  const [provider, model] = splitModelName(wanted);
  if (provider === null || model === "") return explainNoProvider(wanted);

  const given = findProviderSettings(provider, settings);
  const known = Object.hasOwn(KNOWN_PROVIDERS, provider) ? KNOWN_PROVIDERS[provider] : undefined;
  if (known === undefined && given === undefined) return explainUnknownProvider(wanted, provider);

  const facts = known ?? CONFIGURED_PROVIDER;
  const baseUrl = given?.baseUrl || facts.baseUrl;
  if (baseUrl === null) return explainNoAddress(wanted, provider);
  if (!isUsableAddress(baseUrl)) return explainBadAddress(wanted, provider);
  const fromEnvironment = facts.apiKeyVariable === null ? undefined : environment[facts.apiKeyVariable];
  const apiKey = given?.apiKey || fromEnvironment || null;
  if (apiKey === null && facts.needsApiKey) return explainNoKey(wanted, provider, facts.apiKeyVariable);
  return { name: wanted, provider, model, known: facts, baseUrl, apiKey };
}

/** A model's name cut at its first slash; the provider is null where there is none. */
function splitModelName(name: string): readonly [provider: string | null, model: string] {
  const slash = name.indexOf("/");
  return slash <= 0 ? [null, name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** `[model.providers.<name>]` comes first; the keys beside `[model] name` are for the provider of that name alone. */
function findProviderSettings(provider: string, settings: ModelSettings): ModelProviderSettings | undefined {
  const own =
    settings.providers !== undefined && Object.hasOwn(settings.providers, provider)
      ? settings.providers[provider]
      : undefined;
  const [defaultProvider] = settings.name === null ? ["openai-compatible"] : splitModelName(settings.name);
  const beside = provider === defaultProvider && (settings.baseUrl || settings.apiKey) ? settings : undefined;
  if (own === undefined) return beside;
  return { baseUrl: own.baseUrl || beside?.baseUrl || null, apiKey: own.apiKey || beside?.apiKey || null };
}

function isUsableAddress(baseUrl: string): boolean {
  const url = URL.parse(baseUrl);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "http:" || url.protocol === "https:";
}

/** Where the keys of a provider belong: beside the project's own model, or in a table of their own. */
function describePlace(provider: string): string {
  return `[model] (where its name begins with "${provider}/") or [model.providers.${provider}]`;
}

function explainNoName(environment: Environment): MissingModel {
  const ready = Object.entries(KNOWN_PROVIDERS).find(
    ([, known]) => known.apiKeyVariable !== null && environment[known.apiKeyVariable],
  );
  const suggestion =
    ready === undefined
      ? `Write in hands.toml ${EXAMPLE_LOCAL} for a local server, ${EXAMPLE_HOSTED}, or ${EXAMPLE_OTHER}.`
      : `${ready[1].apiKeyVariable} is set, so [model] name = "${ready[0]}/${ready[1].exampleModel}" in hands.toml is enough; or ${EXAMPLE_LOCAL} for a local server.`;
  return { message: "No model is configured.", hint: suggestion };
}

function explainNoProvider(name: string): MissingModel {
  const providers = Object.keys(KNOWN_PROVIDERS).join(", ");
  return {
    message: `The model name "${name}" is not of the form provider/model.`,
    hint: `Write the provider before it, such as name = "ollama/${name.replaceAll("/", "") || "qwen3"}" in [model] of hands.toml. Known are ${providers}.`,
  };
}

function explainUnknownProvider(name: string, provider: string): MissingModel {
  const nearest = findNearest(provider, Object.keys(KNOWN_PROVIDERS));
  const guess = nearest === undefined ? "" : `Did you mean "${nearest}"? `;
  return {
    message: `The provider "${provider}" of the model "${name}" is not known.`,
    hint: `${guess}For any other server that speaks OpenAI's protocol write base_url = "http://host:port/v1", and api_key = { env = "…" } if it needs one, in [model.providers.${provider}] of hands.toml.`,
  };
}

function explainNoAddress(name: string, provider: string): MissingModel {
  return {
    message: `The model "${name}" has no base_url.`,
    hint: `Write base_url = "http://host:port/v1", and api_key = { env = "…" } if the server needs one, in ${describePlace(provider)} of hands.toml.`,
  };
}

/** The address itself is not shown: it may carry a password. */
function explainBadAddress(name: string, provider: string): MissingModel {
  return {
    message: `The base_url of the model "${name}" is not an http or https address without a user and password.`,
    hint: `Write base_url = "http://host:port/v1" in ${describePlace(provider)} of hands.toml, and the key as api_key = { env = "…" }.`,
  };
}

function explainNoKey(name: string, provider: string, variable: string | null): MissingModel {
  return {
    message: `The model "${name}" has no API key.`,
    hint: `Set the environment variable ${variable}, or write api_key = { env = "${variable}" } in ${describePlace(provider)} of hands.toml.`,
  };
}
