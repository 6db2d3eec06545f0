import { z } from "zod";
import { assertMayDecide } from "../../approvals/index.ts";
import { HandsError } from "../../core/index.ts";
import { examineHandFolder } from "../../manifest/index.ts";
import { defineRoute } from "../route.ts";
import { handChanged, handTrustAnswer } from "../schemas/hands.ts";
import { findDistrustedFolder, toHandTrust } from "../views/hand-trust.ts";
import { findHand, handName } from "./hands.ts";

const show = defineRoute({
  method: "get",
  path: "/api/hands/{name}/trust",
  id: "getHandTrust",
  summary: "What a hand that came from elsewhere and is not trusted would do here",
  tag: "Hands",
  scope: "read",
  params: handName,
  answer: handTrustAnswer,
  async handle({ params }, context) {
    const place = await findDistrustedFolder(context, params.name);
    if (place === null) return { trust: null };
    const { readInstalledState } = await import("../../installs/index.ts");
    return { trust: await toHandTrust(context, await readInstalledState(place.handsDir, place.folder)) };
  },
});

const trust = defineRoute({
  method: "post",
  path: "/api/hands/{name}/trust",
  id: "trustHand",
  summary: "Let a hand that came from elsewhere run, exactly as it was shown",
  tag: "Hands",
  scope: "admin",
  params: handName,
  body: z.strictObject({
    /** Of the files that were shown: it fails where they are others by now. */
    hash: z.string().max(128),
  }),
  answer: handChanged,
  async handle({ params, body, actor }, context) {
    assertMayDecide(context.environment);
    const place = await findDistrustedFolder(context, params.name);
    if (place === null) return { hasChanged: false, hand: await findHand(context, params.name) };
    const { handsDir, folder } = place;
    const { readInstalledState, trustHand, withHandsChange } = await import("../../installs/index.ts");
    const hasChanged = await withHandsChange(handsDir, async () => {
      const state = await readInstalledState(handsDir, folder);
      if (state.hash !== body.hash) throw otherFiles(params.name);
      if (state.isTrusted) return false;
      if ((await examineHandFolder(state.dir)).hand === undefined) throw broken(params.name);
      await trustHand(context.runtime.store, handsDir, state, actor.name);
      return true;
    });
    await context.runtime.registry.loadAll();
    return { hasChanged, hand: await findHand(context, params.name) };
  },
});

export const trustRoutes = [show, trust];

function otherFiles(name: string): HandsError {
  return new HandsError("approval_mismatch", `the files of ${name} are not those that were shown`, {
    hint: "Look at it again, and decide about what it is now.",
  });
}

function broken(name: string): HandsError {
  return new HandsError("hand_broken", `the hand ${name} is broken, so it could not run anyway`, {
    hint: "`hands validate` shows every problem at its place.",
  });
}
