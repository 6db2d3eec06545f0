import { z } from "zod";
import { describeError, toHandsError } from "../../core/index.ts";
import { defineRoute } from "../route.ts";
import { trial } from "../schemas/settings.ts";

const LONGEST_MS = 30_000;

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
    const startedMs = context.clock.monotonicMs();
    const measure = () => Math.round(context.clock.monotonicMs() - startedMs);
    try {
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
        { signal: AbortSignal.timeout(LONGEST_MS) },
      );
      const message = `${client.name} answered ${JSON.stringify(reply.text.trim().slice(0, 100))}`;
      return { isOk: true, message, durationMs: measure() };
    } catch (error) {
      // That it fails is what a trial is made to find out.
      const { message, hint } = toHandsError(error);
      const text = hint === undefined ? describeError(error) : `${message}. ${hint}`;
      return { isOk: false, message: text, durationMs: measure() };
    }
  },
});

export const trialRoutes = [testModel];
