import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { isAllPaused } from "../../store/index.ts";
import type { Hand } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { handChanged, handDetail, handList } from "../schemas/hands.ts";
import { done } from "../schemas/settings.ts";
import type { ServerContext } from "../server-context.ts";
import { findConfig } from "../views/find-config.ts";
import { readHandDetail } from "../views/hand-detail.ts";
import { listHandViews } from "../views/hand-view.ts";

export const handName = z.object({ name: z.string().min(1).max(64) });
const note = z.string().max(2_000).nullable().default(null);

const list = defineRoute({
  method: "get",
  path: "/api/hands",
  id: "listHands",
  summary: "Every hand, broken ones too",
  tag: "Hands",
  scope: "read",
  answer: handList,
  async handle(_input, context) {
    return { items: await listHandViews(context), isAllPaused: await isAllPaused(context.runtime.store) };
  },
});

const show = defineRoute({
  method: "get",
  path: "/api/hands/{name}",
  id: "getHand",
  summary: "Everything about one hand",
  tag: "Hands",
  scope: "read",
  params: handName,
  answer: handDetail,
  async handle({ params }, context) {
    const entries = await context.runtime.registry.listEntries();
    const entry = entries.find(({ name }) => name === params.name);
    if (entry !== undefined)
      return await readHandDetail(context, entry, await findConfig(context, entry.name));
    // Says what it is called, or throws with the nearest name.
    context.runtime.registry.getHand(params.name);
    throw new HandsError("hand_not_found", `there is no hand ${JSON.stringify(params.name)}`);
  },
});

const pause = defineRoute({
  method: "post",
  path: "/api/hands/{name}/pause",
  id: "pauseHand",
  summary: "Hold its fires, resumes and automatic approvals",
  tag: "Hands",
  scope: "trigger",
  params: handName,
  body: z.strictObject({ note }),
  answer: handChanged,
  async handle({ params, body, actor }, context) {
    const hasChanged = await context.runtime.registry.pause(params.name, { by: actor.name, note: body.note });
    return { hasChanged, hand: await findHand(context, params.name) };
  },
});

const resume = defineRoute({
  method: "post",
  path: "/api/hands/{name}/resume",
  id: "resumeHand",
  summary: "End its pause",
  tag: "Hands",
  scope: "trigger",
  params: handName,
  body: z.strictObject({ note }),
  answer: handChanged,
  async handle({ params, body, actor }, context) {
    const hasChanged = await context.runtime.registry.resume(params.name, {
      by: actor.name,
      note: body.note,
    });
    return { hasChanged, hand: await findHand(context, params.name) };
  },
});

const enable = defineRoute({
  method: "post",
  path: "/api/hands/{name}/enable",
  id: "enableHand",
  summary: "Let it run, whatever its manifest says",
  tag: "Hands",
  scope: "admin",
  params: handName,
  answer: handChanged,
  async handle({ params, actor }, context) {
    const hasChanged = await context.runtime.registry.enable(params.name, actor.name);
    return { hasChanged, hand: await findHand(context, params.name) };
  },
});

const disable = defineRoute({
  method: "post",
  path: "/api/hands/{name}/disable",
  id: "disableHand",
  summary: "Keep it from running, whatever its manifest says",
  tag: "Hands",
  scope: "admin",
  params: handName,
  answer: handChanged,
  async handle({ params, actor }, context) {
    const hasChanged = await context.runtime.registry.disable(params.name, actor.name);
    return { hasChanged, hand: await findHand(context, params.name) };
  },
});

const pauseAll = defineRoute({
  method: "post",
  path: "/api/pause",
  id: "pauseAll",
  summary: "Hold everything",
  tag: "Hands",
  scope: "trigger",
  body: z.strictObject({ note }),
  answer: done,
  async handle({ body, actor }, context) {
    return { hasChanged: await context.runtime.registry.pause(null, { by: actor.name, note: body.note }) };
  },
});

const resumeAll = defineRoute({
  method: "post",
  path: "/api/resume",
  id: "resumeAll",
  summary: "End the pause of everything; hands that are paused by themselves stay so",
  tag: "Hands",
  scope: "trigger",
  body: z.strictObject({ note }),
  answer: done,
  async handle({ body, actor }, context) {
    return { hasChanged: await context.runtime.registry.resume(null, { by: actor.name, note: body.note }) };
  },
});

export const handRoutes = [list, show, pause, resume, enable, disable, pauseAll, resumeAll];

/** A hand as the API gives it; null where it is not there any more. */
export async function findHand(context: ServerContext, name: string): Promise<Hand | null> {
  return (await listHandViews(context)).find((hand) => hand.name === name) ?? null;
}
