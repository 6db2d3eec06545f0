import { expect, test } from "vitest";
import { decideCall, mergeGates } from "../../src/approvals/index.ts";
import type { ApprovalGate } from "../../src/manifest/index.ts";
import { EFFECTS } from "../../src/store/index.ts";
import { fc } from "../support/properties.ts";
import { makeGate, makeQuestion } from "./gate-fixture.ts";

const name = fc.constantFrom("pay_invoice", "pay_salary", "shell", "read_file", "write_file");
const action = fc.constantFrom("send_payment", "shell", "broadcast");
const glob = fc.oneof(name, fc.constantFrom("*", "pay_*", "*_file", "shel*"));
const seconds = fc.option(fc.integer({ min: 0, max: 1000 }));
const when = fc.constantFrom(
  null,
  null,
  "true",
  "false",
  "args.amount > 10",
  "args.missing == 1",
  '"text"',
  "not ) CEL",
);

const gate: fc.Arbitrary<ApprovalGate> = fc
  .record({
    key: fc.constantFrom("a", "b", "c"),
    action: fc.oneof(name, action, fc.constant("nothing")),
    tools: fc.array(glob, { maxLength: 2 }),
    when,
    autoApproveAfter: seconds,
    expiresAfter: seconds,
  })
  .map(makeGate);

const question = fc.record({
  tool: fc.record({
    name,
    action: fc.option(action),
    effect: fc.constantFrom(...EFFECTS),
    confinedTo: fc.constantFrom(null, "workspace" as const, "memory" as const),
    origin: fc.constantFrom("builtin" as const, "hand" as const),
  }),
  args: fc.record({ amount: fc.integer({ min: 0, max: 20 }) }),
  gates: fc.array(gate, { maxLength: 4 }),
  unattended: fc.array(glob, { maxLength: 2 }),
  operator: fc.record({ deny: fc.array(glob, { maxLength: 1 }), allowsAutoApprove: fc.boolean() }),
});

const decide = (parts: Parameters<typeof makeQuestion>[0]) => decideCall(makeQuestion(parts));
const strictness = { run: 0, ask: 1, refuse: 2 } as const;
const orNever = (delayMs: number | null) => delayMs ?? Number.POSITIVE_INFINITY;

test("adding a gate never makes a call freer, nor its delay shorter, nor its expiry later", () => {
  fc.assert(
    fc.property(question, gate, (parts, added) => {
      const before = decide(parts);
      const after = decide({ ...parts, gates: [...parts.gates, added] });
      expect(strictness[after.kind]).toBeGreaterThanOrEqual(strictness[before.kind]);
      if (before.kind !== "ask" || after.kind !== "ask" || before.gates.length === 0) return;
      expect(orNever(after.autoApproveAfterMs)).toBeGreaterThanOrEqual(orNever(before.autoApproveAfterMs));
      if (before.autoApproveAfterMs !== null && after.autoApproveAfterMs === null) return;
      expect(orNever(after.expiresAfterMs)).toBeLessThanOrEqual(orNever(before.expiresAfterMs));
    }),
    { numRuns: 2000 },
  );
});

test("the order of gates changes nothing that is enforced", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const forward = decide(parts);
      const backward = decide({ ...parts, gates: [...parts.gates].reverse() });
      const enforced = (decision: typeof forward) =>
        decision.kind === "ask"
          ? [[...decision.gates].sort(), decision.autoApproveAfterMs, decision.expiresAfterMs]
          : decision;
      expect(enforced(backward)).toEqual(enforced(forward));
    }),
  );
});

test("a deny rule that matches wins over everything", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const operator = { ...parts.operator, deny: [...parts.operator.deny, parts.tool.name] };
      expect(decide({ ...parts, operator }).kind).toBe("refuse");
    }),
  );
});

test("a request that nobody can approve by itself always expires", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const decision = decide(parts);
      if (decision.kind !== "ask" || decision.autoApproveAfterMs !== null) return;
      expect(decision.expiresAfterMs).not.toBeNull();
    }),
  );
});

test("an operator who forbids it gets no automatic approval, and no call that he asked about runs for it", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const forbidden = decide({ ...parts, operator: { ...parts.operator, allowsAutoApprove: false } });
      expect(forbidden.kind).toBe(decide(parts).kind);
      if (forbidden.kind === "ask") expect(forbidden.autoApproveAfterMs).toBeNull();
    }),
  );
});

test("what runs is a read, confined and built in, or listed", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const decision = decide(parts);
      if (decision.kind !== "run") return;
      const { tool, unattended } = parts;
      const isConfined = tool.effect === "write" && tool.origin === "builtin" && tool.confinedTo !== null;
      expect(tool.effect === "read" || isConfined || unattended.length > 0).toBe(true);
      if (tool.name === "shell" && tool.effect !== "read" && !isConfined)
        expect(unattended).toContain("shell");
    }),
  );
});

test("both versions' gates together are at least as strict as either", () => {
  fc.assert(
    fc.property(question, fc.array(gate, { maxLength: 3 }), (parts, today) => {
      const both = decide({ ...parts, gates: mergeGates(parts.gates, today) });
      for (const gates of [parts.gates, today]) {
        expect(strictness[both.kind]).toBeGreaterThanOrEqual(strictness[decide({ ...parts, gates }).kind]);
      }
    }),
  );
});

test("deciding reads its question and nothing else: the same question has the same answer", () => {
  fc.assert(
    fc.property(question, (parts) => {
      const asked = makeQuestion(parts);
      expect(decideCall(asked)).toEqual(decideCall(asked));
    }),
  );
});
