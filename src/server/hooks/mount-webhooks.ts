import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { JsonValue } from "../../core/index.ts";
import { assertJsonDepth, HandsError } from "../../core/index.ts";
import { findExecutionOfEvent } from "../../store/index.ts";
import { readClientAddress } from "../auth/client-address.ts";
import { apiError } from "../schemas/errors.ts";
import { started } from "../schemas/executions.ts";
import type { ServerContext } from "../server-context.ts";
import { findWebhookSecret } from "./webhook-secret.ts";
import type { SignedWebhook } from "./webhook-signature.ts";
import { isSignedBy, readWebhookKey } from "./webhook-signature.ts";

const WEBHOOK_ID = /^[\x21-\x7e]{1,200}$/;

/** Adds `POST /hooks/{name}`. */
export function mountWebhooks(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/hooks/{name}",
    operationId: "receiveWebhook",
    summary: "Start a hand by a signed webhook (Standard Webhooks)",
    description:
      "Its body is the hand's input. An id starts nothing twice: the same webhook again is told what it started.",
    tags: ["Webhooks"],
    security: [],
    request: {
      params: z.object({ name: z.string().min(1).max(64) }),
      headers: z.object({
        "webhook-id": z.string(),
        "webhook-timestamp": z.string(),
        "webhook-signature": z.string(),
      }),
      body: {
        content: { "application/json": { schema: z.unknown() }, "text/plain": { schema: z.string() } },
      },
    },
    responses: {
      202: { description: "Started", content: { "application/json": { schema: started } } },
      200: { description: "Started before", content: { "application/json": { schema: started } } },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.post("/hooks/:name", (request) => receive(context, request));
}

async function receive(context: ServerContext, request: Context): Promise<Response> {
  const handName = request.req.param("name") ?? "";
  const webhook: SignedWebhook = {
    id: request.req.header("webhook-id") ?? "",
    timestamp: request.req.header("webhook-timestamp") ?? "",
    signature: request.req.header("webhook-signature") ?? "",
    body: await request.req.text(),
  };
  if (!isAuthentic(context, handName, webhook)) {
    context.failedLogins.take(readClientAddress(request));
    // The same for a hand that is not there, takes no webhooks or has no secret: nobody learns which hands there are.
    throw new HandsError("not_authorised", "no hand takes this webhook with this signature", {
      hint: 'The hand needs trigger = "webhook" and a secret; see docs/api.md.',
    });
  }
  const { runner, store } = context.runtime;
  const input = readInput(webhook.body);
  const eventId = `webhook:${webhook.id}`;
  try {
    // The row of the execution is the record of the id: one transaction, unique on hand and event.
    const executionId = await runner.trigger(handName, { trigger: "webhook", input, eventId });
    return request.json({ executionId, isRepeated: false }, 202);
  } catch (error) {
    const known =
      error instanceof HandsError && error.code === "execution_state"
        ? await findExecutionOfEvent(store, handName, eventId)
        : undefined;
    if (known === undefined) throw error;
    if ((known.input_json ?? "null") !== JSON.stringify(input)) {
      throw new HandsError("execution_state", "this webhook's id came before, with another body");
    }
    return request.json({ executionId: known.id, isRepeated: true }, 200);
  }
}

function isAuthentic(context: ServerContext, handName: string, webhook: SignedWebhook): boolean {
  const { config, registry, store } = context.runtime;
  const hands = registry.listHands().filter((hand) => hand.trigger === "webhook");
  if (!hands.some((hand) => hand.name === handName) || !WEBHOOK_ID.test(webhook.id)) return false;
  const secret = findWebhookSecret(handName, { config, environment: context.environment, hands });
  const key = secret === null ? null : readWebhookKey(secret);
  return key !== null && isSignedBy(key, webhook, store.nowMs());
}

/** JSON where it is, else the text itself. */
function readInput(body: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(body);
  } catch {
    return body;
  }
  assertJsonDepth(body, "the body");
  return value;
}
