import { z } from "zod";
import type { JsonObject, JsonValue } from "../../core/index.ts";
import { canonicalJson, HandsError } from "../../core/index.ts";
import { appendEvent, findExecutionOfEvent } from "../../store/index.ts";
import type { Started } from "../api-types.ts";
import type { Actor } from "../auth/identify.ts";
import { defineRoute } from "../route.ts";
import { started } from "../schemas/executions.ts";
import { json, jsonObject } from "../schemas/parts.ts";
import type { ServerContext } from "../server-context.ts";
import { handName } from "./hands.ts";

const KEY = /^[\x21-\x7e]{1,128}$/;

const trigger = defineRoute({
  method: "post",
  path: "/api/hands/{name}/trigger",
  id: "triggerHand",
  summary: "Start it now; the answer comes at once, with the execution's id",
  tag: "Hands",
  scope: "trigger",
  params: handName,
  header: {
    name: "idempotency-key",
    description: "Up to 128 characters. The same key starts the same hand once.",
  },
  body: z.strictObject({
    /** Over the manifest's. */
    parameters: jsonObject.optional(),
    input: json.optional(),
  }),
  status: 202,
  answer: started,
  async handle({ params, body, actor, headers }, context) {
    const key = headers.get("idempotency-key");
    if (key !== null && !KEY.test(key)) {
      throw new HandsError("invalid_argument", "an idempotency key has 1 to 128 characters without spaces");
    }
    const request = {
      parameters: body.parameters === undefined ? null : (body.parameters as JsonObject),
      input: (body.input ?? null) as JsonValue,
    };
    return await startOnce(context, { handName: params.name, key, actor, ...request });
  },
});

export const triggerRoutes = [trigger];

/** Starts a hand, or finds what the same key started. Throws: `execution_state` where the key was used for something else. */
async function startOnce(
  context: ServerContext,
  request: {
    readonly handName: string;
    readonly key: string | null;
    readonly actor: Actor;
    readonly parameters: JsonObject | null;
    readonly input: JsonValue;
  },
): Promise<Started> {
  const { handName: name, key, actor, parameters, input } = request;
  const { runner, store } = context.runtime;
  const eventId = key === null ? null : `key:${key}`;
  try {
    const executionId = await runner.trigger(name, { parameters, input, eventId });
    await store.transaction((transaction) =>
      appendEvent(transaction, {
        type: "execution.triggered",
        handName: name,
        executionId,
        data: { by: actor.name, via: actor.via },
        isAudited: true,
      }),
    );
    return { executionId, isRepeated: false };
  } catch (error) {
    const known =
      eventId !== null && error instanceof HandsError && error.code === "execution_state"
        ? await findExecutionOfEvent(store, name, eventId)
        : undefined;
    if (known === undefined) throw error;
    const isSame =
      (known.input_json ?? "null") === JSON.stringify(input) &&
      canonicalJson(known.parameters_json === null ? null : JSON.parse(known.parameters_json)) ===
        canonicalJson(parameters);
    if (isSame) return { executionId: known.id, isRepeated: true };
    throw new HandsError(
      "execution_state",
      "this idempotency key was used before, with other parameters or input",
      { hint: "Give each start a key of its own." },
    );
  }
}
