import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileGates, decideCall, decideDelivery } from "../../src/approvals/index.ts";
import type { JsonObject } from "../../src/core/index.ts";
import type { HandConfig } from "../../src/manifest/index.ts";
import { compileWhen, parseManifest } from "../../src/manifest/index.ts";
import { makeQuestion, openOperator } from "./gate-fixture.ts";

const text = readFileSync(new URL("../../docs/gates.md", import.meta.url), "utf8");
const examples = [...text.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, toml = ""]) => toml);

function parse(index: number): HandConfig {
  const { hand, diagnostics } = parseManifest(examples[index] ?? "", { path: "docs/gates.md" });
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  if (hand === undefined) throw new Error(`example ${index} is no manifest`);
  return hand;
}

function judge(hand: HandConfig, tool: string, effect: "read" | "destructive", args: JsonObject) {
  return decideCall({
    ...makeQuestion({ tool: { name: tool, action: null, effect } }),
    args,
    parameters: hand.parameters,
    unattended: hand.toolsUnattended,
    gates: compileGates(hand.approvalGates, compileWhen),
  });
}

test("every example is read", () => {
  expect(examples).toHaveLength(3);
});

test("the first: reading runs, paying waits", () => {
  const hand = parse(0);
  expect(judge(hand, "read_inbox", "read", {}).kind).toBe("run");
  expect(judge(hand, "pay_invoice", "destructive", {})).toMatchObject({ kind: "ask", gates: ["pay"] });
});

test("the condition: 250 asks, 20 runs, a missing amount asks", () => {
  const hand = parse(1);
  const pay = (args: JsonObject) => judge(hand, "pay_invoice", "destructive", args).kind;
  expect([pay({ amount: 250 }), pay({ amount: 20 }), pay({})]).toEqual(["ask", "run", "ask"]);
});

test("the briefing: it asks about the channel, approves after five minutes, expires after an hour", () => {
  const hand = parse(2);
  const delivery = { destination: "@news", format: "markdown", payload: "text", parameters: hand.parameters };
  const gates = compileGates(hand.approvalGates, compileWhen);
  const decide = (channel: string) => decideDelivery({ ...delivery, channel, gates, operator: openOperator });
  expect(decide("telegram")).toMatchObject({
    kind: "ask",
    autoApproveAfterMs: 300_000,
    expiresAfterMs: 3_600_000,
  });
  expect(decide("dashboard").kind).toBe("deliver");
});
