import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { readClientAddress } from "../auth/client-address.ts";
import { apiError } from "../schemas/errors.ts";
import type { ServerContext } from "../server-context.ts";

/** No platform's interaction is larger. */
const LARGEST_BODY_BYTES = 262_144;

/** Adds `POST /channels/{name}`, where platforms report what people pressed. The channel itself checks their signature. */
export function mountChannels(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/channels/{name}",
    operationId: "receiveInteraction",
    summary:
      "Report what somebody pressed in a channel's message: for the channel's platform, signed as it signs",
    tags: ["Channels"],
    security: [],
    request: {
      params: z.object({ name: z.string().min(1).max(64) }),
      body: { content: { "application/octet-stream": { schema: z.string() } } },
    },
    responses: {
      200: { description: "Answered as the platform wants it" },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  const limit = bodyLimit({
    maxSize: LARGEST_BODY_BYTES,
    onError: () => {
      throw new HandsError("too_large", `an interaction has at most ${LARGEST_BODY_BYTES} bytes`);
    },
  });
  app.post("/channels/:name", limit, (request) => receive(context, request));
}

async function receive(context: ServerContext, request: Context): Promise<Response> {
  context.channelCalls.take(readClientAddress(request));
  const answer = await context.runtime.messaging.receive(request.req.param("name") ?? "", {
    headers: request.req.raw.headers,
    rawBody: new Uint8Array(await request.req.arrayBuffer()),
  });
  if (answer === null) {
    throw new HandsError("not_found", "no channel of that name takes anything here");
  }
  const headers = answer.body === null ? {} : { "content-type": answer.contentType };
  return new Response(answer.body, { status: answer.status, headers });
}
