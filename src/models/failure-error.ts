import { createRedactor, HandsError } from "../core/index.ts";
import type { ModelFailure } from "./failure.ts";
import type { ModelConfiguration } from "./model-configuration.ts";
import type { ModelFailureDetails } from "./types.ts";

const LONGEST_TEXT = 400;

/**
 * The error that a caller gets. The library's own is not kept as its cause, for it has the whole request in it,
 * and the text of a refused key is left out, for servers like to repeat half of the key there.
 */
export function createModelError(
  failure: ModelFailure,
  configuration: ModelConfiguration,
  attempts: number,
): HandsError {
  const { reason, status, retryable, mayHaveCost, retryAfterMs } = failure;
  const details: ModelFailureDetails = {
    provider: configuration.provider,
    model: configuration.model,
    reason,
    status,
    retryable,
    mayHaveCost,
    retryAfterMs,
    attempts,
  };
  const said = reason === "unauthorised" ? "" : cleanText(failure.text, configuration);
  const message = `${describeFailure(failure, configuration, attempts)}${said === "" ? "." : `: ${said}`}`;
  const hint = suggest(failure, configuration);
  return new HandsError("model_failed", message, {
    details: { ...details },
    ...(hint === null ? {} : { hint }),
  });
}

function cleanText(text: string, { apiKey }: ModelConfiguration): string {
  const clean = createRedactor(apiKey === null ? [] : [apiKey]).text(text);
  const line = clean.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}

function describeFailure(
  { reason, status }: ModelFailure,
  configuration: ModelConfiguration,
  attempts: number,
): string {
  const { name, provider } = configuration;
  const answer = status === null ? "" : ` (HTTP ${status})`;
  const times = attempts === 1 ? "" : ` after ${attempts} attempts`;
  switch (reason) {
    case "unreachable":
      return `The server of the model ${name} cannot be reached at ${readHost(configuration)}${times}`;
    case "rejected":
      return `${provider} rejected the request to ${name}${answer}`;
    case "unauthorised":
      return `${provider} did not accept the API key for ${name}${answer}`;
    case "not_found":
      return `${provider} does not know ${name} at ${readHost(configuration)}${answer}`;
    case "quota":
      return `The quota for ${name} is used up${answer}`;
    case "rate_limited":
      return `${provider} limits the rate of requests to ${name}${answer}${times}`;
    case "overloaded":
      return `${provider} is overloaded and did not answer for ${name}${answer}${times}`;
    case "server_error":
      return `The server of ${name} failed${answer}`;
    case "interrupted":
      return `The connection to ${name} broke before its reply was complete`;
    case "malformed":
      return `The server of ${name} answered with something that is no reply${answer}`;
  }
}

function suggest({ reason }: ModelFailure, configuration: ModelConfiguration): string | null {
  const { provider, model, known } = configuration;
  switch (reason) {
    case "unauthorised":
      return `Check ${known.apiKeyVariable === null ? "" : `${known.apiKeyVariable}, or `}api_key of this provider in hands.toml, and what the key may do.`;
    case "not_found":
      return provider === "ollama"
        ? `Run "ollama pull ${model}", or check the name.`
        : "Check the model's name, and that base_url ends where the server's paths begin, mostly in /v1.";
    case "unreachable":
      return "Check that the server runs and that base_url in hands.toml is its address.";
    case "malformed":
      return "Check that base_url in hands.toml is the address of a model's server; mostly it ends in /v1.";
    case "quota":
      return "Check the balance and the limits of the account.";
    default:
      return null;
  }
}

/** Scheme, host, port and path; a query may hold a key. */
function readHost({ baseUrl }: ModelConfiguration): string {
  const url = URL.parse(baseUrl);
  return url === null ? "its address" : `${url.origin}${url.pathname}`;
}
