import { z } from "zod";
import { createIdSource, describeError, HandsError, toHandsError, withDeadline } from "../../core/index.ts";
import type { Trial } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { trial } from "../schemas/settings.ts";
import type { ServerContext } from "../server-context.ts";

const LONGEST_MS = 30_000;

type Channel = NonNullable<ReturnType<ServerContext["runtime"]["channels"]["find"]>>;

const testModel = defineRoute({
  method: "post",
  path: "/api/settings/test-model",
  id: "testModel",
  summary: "Really ask a model one short question; it may cost a little",
  tag: "Settings",
  scope: "admin",
  body: z.strictObject({
    /** `provider/model`; null is the project's default. */
    name: z.string().min(1).max(200).nullable().default(null),
  }),
  answer: trial,
  async handle({ body }, context) {
    return await attempt(context, async (signal) => {
      const client = context.runtime.models.resolve(body.name);
      const reply = await client.generate(
        {
          system: "",
          messages: [{ role: "user", text: "Answer with the one word: ok" }],
          tools: [],
          temperature: null,
          maxOutputTokens: 64,
          format: "text",
        },
        { signal },
      );
      return `${client.name} answered ${JSON.stringify(reply.text.trim().slice(0, 100))}`;
    });
  },
});

const testChannel = defineRoute({
  method: "post",
  path: "/api/settings/test-channel",
  id: "testChannel",
  summary: "Really deliver one message through a channel, marked as a test",
  tag: "Settings",
  scope: "admin",
  body: z.strictObject({ name: z.string().min(1).max(200) }),
  answer: trial,
  async handle({ body, actor }, context) {
    const { channels } = context.runtime;
    const channel = channels.find(body.name);
    if (channel === undefined) {
      throw new HandsError("not_found", `there is no channel ${JSON.stringify(body.name)}`, {
        hint: `Channels of this project: ${channels.names.join(", ") || "none"}.`,
      });
    }
    const id = `test-${createIdSource(context.clock, context.random).next()}`;
    return await attempt(context, async (signal) => {
      const place = await sayTrial(channel, id, actor.name, context.clock.now(), signal);
      return `${channel.name} accepted the test message ${id}${place === null ? "" : `: ${place}`}`;
    });
  },
});

export const trialRoutes = [testModel, testChannel];

/** Through what the runtime's own messages go by, else as an output. */
async function sayTrial(
  channel: Channel,
  id: string,
  actorName: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<string | null> {
  const title = "This is a test message";
  const text = `${actorName} asked Hands to try the channel ${channel.name}; no hand ran, and there is nothing to do.`;
  if (channel.notify !== undefined) {
    await channel.notify({ deliveryId: id, kind: "trial", title, text, url: null, createdAt: nowMs }, signal);
    return null;
  }
  return await channel.deliver(
    {
      deliveryId: id,
      handName: "test-message",
      executionId: id,
      format: "markdown",
      payload: `${title}. ${text}`,
      destination: channel.destination,
      completedAt: nowMs,
    },
    signal,
  );
}

/** That it fails is what a trial is made to find out: a failure is an answer. */
async function attempt(
  context: ServerContext,
  act: (signal: AbortSignal) => Promise<string>,
): Promise<Trial> {
  const startedMs = context.clock.monotonicMs();
  const measure = () => Math.round(context.clock.monotonicMs() - startedMs);
  try {
    const message = await withDeadline({ clock: context.clock, limitMs: LONGEST_MS }, act);
    return { isOk: true, message, durationMs: measure() };
  } catch (error) {
    const { message, hint } = toHandsError(error);
    const text = hint === undefined ? describeError(error) : `${message}. ${hint}`;
    return { isOk: false, message: text, durationMs: measure() };
  }
}
