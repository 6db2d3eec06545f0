import { describe, expect, test } from "vitest";
import { compileGates, coversDelivery, decideDelivery, decideRequest } from "../../src/approvals/index.ts";
import { compileWhen } from "../../src/manifest/index.ts";
import { makeGate, openOperator } from "./gate-fixture.ts";

const dayMs = 86_400_000;

describe("deliveries", () => {
  const delivery = {
    channel: "telegram",
    destination: "@news",
    format: "markdown",
    payload: "text",
    parameters: {},
  };
  const compile = (...gates: Parameters<typeof makeGate>[0][]) =>
    compileGates(gates.map(makeGate), compileWhen);
  const post = { key: "post", action: "broadcast", autoApproveAfter: 300 };

  test("a gate on broadcast covers what leaves for a channel", () => {
    const decision = decideDelivery({ ...delivery, gates: compile(post), operator: openOperator });
    expect(decision).toMatchObject({
      kind: "ask",
      gates: ["post"],
      action: "broadcast",
      autoApproveAfterMs: 300_000,
    });
  });
  test.each(["dashboard", "file"])("the %s is not outside", (channel) => {
    const denying = { ...openOperator, deny: ["*"] };
    expect(decideDelivery({ ...delivery, channel, gates: compile(post), operator: denying })).toEqual({
      kind: "deliver",
    });
  });
  test("a gate on another action does not cover it, nor does a glob of tools", () => {
    const gates = compile({ key: "send_payment" }, { key: "all", tools: ["*"] });
    expect(gates.map((gate) => coversDelivery(gate, delivery))).toEqual([false, false]);
    expect(decideDelivery({ ...delivery, gates, operator: openOperator })).toEqual({ kind: "deliver" });
  });
  test("its condition sees where it goes and what it says", () => {
    const gates = compile({ ...post, when: 'args.channel == "slack" || args.payload.contains("secret")' });
    const decide = (change: object) =>
      decideDelivery({ ...delivery, ...change, gates, operator: openOperator }).kind;
    expect([decide({}), decide({ channel: "slack" }), decide({ payload: "a secret" })]).toEqual([
      "deliver",
      "ask",
      "ask",
    ]);
  });
  test("an operator who denies broadcast stops every channel", () => {
    const operator = { ...openOperator, deny: ["broadcast"] };
    expect(decideDelivery({ ...delivery, gates: [], operator })).toEqual({
      kind: "refuse",
      rule: "broadcast",
    });
  });
});

describe("a hand's own request", () => {
  const request = {
    action: "publish",
    description: "Publish it",
    args: {},
    parameters: {},
    operator: openOperator,
  };
  test("without a gate only a human answers, with what the hand said", () => {
    expect(decideRequest({ ...request, gates: [] })).toMatchObject({
      kind: "ask",
      gates: [],
      description: "Publish it",
      autoApproveAfterMs: null,
      expiresAfterMs: 7 * dayMs,
    });
  });
  test("a gate on the action gives its delay and expiry", () => {
    const gates = compileGates(
      [makeGate({ key: "p", action: "publish", autoApproveAfter: 5, expiresAfter: 9 })],
      compileWhen,
    );
    expect(decideRequest({ ...request, gates })).toMatchObject({
      gates: ["p"],
      autoApproveAfterMs: 5000,
      expiresAfterMs: 9000,
    });
  });
  test("a gate whose condition is false leaves it to a human", () => {
    const gates = compileGates(
      [makeGate({ key: "publish", when: "false", autoApproveAfter: 0 })],
      compileWhen,
    );
    expect(decideRequest({ ...request, gates })).toMatchObject({
      kind: "ask",
      gates: [],
      autoApproveAfterMs: null,
    });
  });
  test("a denied action is refused", () => {
    expect(decideRequest({ ...request, gates: [], operator: { ...openOperator, deny: ["pub*"] } }).kind).toBe(
      "refuse",
    );
  });
});
