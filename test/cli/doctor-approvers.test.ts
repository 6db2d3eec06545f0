import { expect, test } from "vitest";
import { checkApprovers } from "../../src/cli/examine.ts";
import { createFakeChannel } from "../messaging/fake-channel.ts";

test("doctor warns where channels ask people and nobody may answer, and says how to list somebody", () => {
  const asking = createFakeChannel();
  expect(checkApprovers([asking], [])).toMatchObject({
    status: "warning",
    message: "nobody may decide through telegram: approvers is empty",
    hint: expect.stringContaining("approvers = ["),
  });
  expect(checkApprovers([asking], ["telegram:1"])).toMatchObject({ status: "ok" });
  expect(checkApprovers([{ name: "ops" }], [])).toMatchObject({ status: "ok" });
});
