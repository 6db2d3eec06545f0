import { z } from "zod";
import type { JsonObject } from "../core/index.ts";
import { isPlainObject, toJsonValue } from "../core/index.ts";
import { handTomlSchema } from "./hand-toml-schema.ts";

/** The JSON Schema (draft 7, as TOML editors want it) of a native `HAND.toml`. Its file is `schema/hand.schema.json`. */
export function createHandJsonSchema(): JsonObject {
  const schema = toJsonValue(z.toJSONSchema(handTomlSchema, { target: "draft-7", io: "input" }));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "hand.schema.json",
    title: "HAND.toml",
    description: "An autonomous agent for Hands.",
    ...(isPlainObject(schema) ? (schema as JsonObject) : {}),
  };
}
