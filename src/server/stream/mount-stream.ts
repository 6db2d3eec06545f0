import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { describeError, HandsError, nodeHttp, toIso } from "../../core/index.ts";
import { PROGRAM_VERSION } from "../../runtime/index.ts";
import { identify } from "../auth/identify.ts";
import { allows } from "../auth/scopes.ts";
import { SECURITY } from "../describe-route.ts";
import { apiError } from "../schemas/errors.ts";
import type { ServerContext } from "../server-context.ts";
import type { StreamFilter } from "./stream-message.ts";
import { encodeMessage } from "./stream-message.ts";

const MOST_READERS = 1_000;
const HEARTBEAT_MS = 15_000;

const query = z.strictObject({
  hand: z.string().max(64).optional(),
  execution: z.string().max(64).optional(),
  /** As `Last-Event-ID`, for clients that cannot set it. */
  after: z.coerce.number().int().min(0).optional(),
});

/** Adds `GET /api/events`. */
export function mountStream(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/api/events",
    operationId: "streamEvents",
    summary: "What happens, as server-sent events: hello, event, changed, text, resync, bye",
    description:
      "Needs the scope `read`. Goes on after `Last-Event-ID`; without it, from now on. Comments are heartbeats, every 15 s.",
    tags: ["Events"],
    security: SECURITY,
    request: { query, headers: z.object({ "last-event-id": z.string().max(32).optional() }) },
    responses: {
      200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.get("/api/events", (request) => answer(context, request));
}

async function answer(context: ServerContext, request: Context): Promise<Response> {
  const actor = await identify(context, request);
  if (!allows(actor.scopes, "read")) throw new HandsError("denied", "this needs the scope read");
  const wanted = query.safeParse(request.req.query());
  if (!wanted.success) throw new HandsError("invalid_argument", "the query is not hand, execution or after");
  if (context.isStopping()) throw new HandsError("stopping", "the process is stopping");
  if (context.feed.readerCount >= MOST_READERS) {
    throw new HandsError("rate_limited", `${MOST_READERS} readers follow already`, {
      hint: "Close some, or try again later.",
      details: { retryAfterMs: HEARTBEAT_MS },
    });
  }
  const { hand = null, execution = null, after } = wanted.data;
  const lastId = readPosition(request.req.header("last-event-id")) ?? after ?? null;
  const isAllowed = async () => allows((await identify(context, request)).scopes, "read");
  const filter = { handName: hand, executionId: execution };
  const stream = openStream(context, filter, lastId, { isAllowed, hangUp: () => hangUp(request) });
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}

/** Nothing is made before the reader's socket has taken what came before: a slow one costs its place, not a queue. */
function openStream(
  context: ServerContext,
  filter: StreamFilter,
  after: number | null,
  caller: { readonly isAllowed: () => Promise<boolean>; readonly hangUp: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const ending = new AbortController();
  let isAsked = false;
  let isCancelled = false;
  const reader = context.feed.open(filter, after, () => {
    ending.abort();
    reader.close();
    if (isAsked) return;
    // It does not read, so it would not be told either.
    context.feed.release(reader);
    caller.hangUp();
  });
  let checkedMs = context.clock.monotonicMs();
  let isFirst = true;

  async function makeNext(): Promise<string | null> {
    if (isFirst) {
      isFirst = false;
      const now = toIso(context.clock.now());
      const data = { version: PROGRAM_VERSION, position: context.feed.head, now };
      return `retry: 2000\n${encodeMessage({ name: "hello", data })}`;
    }
    if (context.clock.monotonicMs() - checkedMs >= HEARTBEAT_MS) {
      checkedMs = context.clock.monotonicMs();
      // A token may have been revoked meanwhile, a session ended.
      if (!(await caller.isAllowed().catch(() => false))) return null;
    }
    const news = ending.signal.aborted ? "" : await reader.next(HEARTBEAT_MS);
    if (ending.signal.aborted) return null;
    return news === "" ? ": still here\n\n" : news;
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        isAsked = true;
        try {
          const text = await makeNext();
          // The reader hung up meanwhile: there is nobody to tell, and nothing left to close.
          if (isCancelled) return;
          if (text !== null) return controller.enqueue(encoder.encode(text));
          const bye = encodeMessage({ name: "bye", data: { reason: "stopping" } });
          if (context.isStopping()) controller.enqueue(encoder.encode(bye));
          context.feed.release(reader);
          controller.close();
        } catch (error) {
          if (isCancelled) return;
          context.logger.warn("a reader of events was ended", { error: describeError(error) });
          context.feed.release(reader);
          controller.error(error);
        } finally {
          isAsked = false;
        }
      },
      cancel() {
        isCancelled = true;
        ending.abort();
        context.feed.release(reader);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Ends the connection, whatever waits in it. */
function hangUp(request: Context): void {
  const bindings: unknown = request.env;
  if (typeof bindings !== "object" || bindings === null || !("incoming" in bindings)) return;
  const { incoming } = bindings;
  if (incoming instanceof nodeHttp.IncomingMessage) incoming.socket.destroy();
}

function readPosition(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
