import type { JsonObject } from "../core/index.ts";
import { toJsonValue } from "../core/index.ts";
import type { HandConfig } from "./types.ts";

/** A config as JSON, for `config_json` in the store. `handConfigFromJson` gives back an equal config. */
export function handConfigToJson(config: HandConfig): JsonObject {
  return toJsonValue(config) as JsonObject;
}
