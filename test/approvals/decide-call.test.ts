import { describe, expect, test } from "vitest";
import { compileGates, decideCall, mergeGates } from "../../src/approvals/index.ts";
import { compileWhen } from "../../src/manifest/index.ts";
import { makeGate, makeQuestion } from "./gate-fixture.ts";

const dayMs = 86_400_000;
type Question = Parameters<typeof makeQuestion>[0];

describe("the order in which a call is judged", () => {
  const gate = makeGate({ key: "pay", action: "send_payment" });
  const cases: readonly (readonly [string, Question, string])[] = [
    [
      "a deny rule on the tool refuses a gated call",
      { gates: [gate], operator: { deny: ["pay_*"] } },
      "refuse",
    ],
    ["a deny rule on the action refuses", { operator: { deny: ["send_payment"] } }, "refuse"],
    ["a deny rule refuses even a read", { tool: { effect: "read" }, operator: { deny: ["*"] } }, "refuse"],
    [
      "a deny rule refuses what is listed in unattended",
      { unattended: ["*"], operator: { deny: ["pay_invoice"] } },
      "refuse",
    ],
    [
      "a deny rule on the action of a gate that covers the call refuses",
      {
        tool: { action: null },
        gates: [makeGate({ key: "g", action: "spend", tools: ["pay_*"] })],
        operator: { deny: ["spend"] },
      },
      "refuse",
    ],
    [
      "a deny rule for something else changes nothing",
      { tool: { effect: "read" }, operator: { deny: ["shell"] } },
      "run:read",
    ],
    ["a gate asks about a read", { tool: { effect: "read" }, gates: [gate] }, "ask"],
    ["a gate asks about what is listed in unattended", { gates: [gate], unattended: ["pay_invoice"] }, "ask"],
    [
      "a gate asks about a confined write",
      { tool: { effect: "write", confinedTo: "memory", origin: "builtin" }, gates: [gate] },
      "ask",
    ],
    ["a read runs", { tool: { effect: "read" } }, "run:read"],
    [
      "a built-in write to the workspace runs",
      { tool: { effect: "write", confinedTo: "workspace", origin: "builtin" } },
      "run:confined",
    ],
    [
      "a built-in write to memory runs",
      { tool: { effect: "write", confinedTo: "memory", origin: "builtin" } },
      "run:confined",
    ],
    [
      "a hand's own tool is not believed to be confined",
      { tool: { effect: "write", confinedTo: "workspace", origin: "hand" } },
      "ask",
    ],
    [
      "a destructive tool is never confined",
      { tool: { effect: "destructive", confinedTo: "workspace", origin: "builtin" } },
      "ask",
    ],
    ["a write that is not confined asks", { tool: { effect: "write" } }, "ask"],
    ["a tool listed by name runs", { unattended: ["pay_invoice"] }, "run:unattended"],
    ["a tool listed by a glob runs", { unattended: ["pay_*"] }, "run:unattended"],
    ["unattended lists tools, not actions", { unattended: ["send_payment"] }, "ask"],
    [
      "shell does not run because of a bare star",
      { tool: { name: "shell", action: null }, unattended: ["*"] },
      "ask",
    ],
    [
      "shell does not run because of any glob",
      { tool: { name: "shell", action: null }, unattended: ["shel*", "*l"] },
      "ask",
    ],
    [
      "a tool that declares the action shell needs its name as well",
      { tool: { action: "shell" }, unattended: ["*"] },
      "ask",
    ],
    [
      "shell runs where it is named",
      { tool: { name: "shell", action: null }, unattended: ["shell"] },
      "run:unattended",
    ],
    ["anything else asks", {}, "ask"],
  ];
  test.each(cases)("%s", (_name, question, expected) => {
    const decision = decideCall(makeQuestion(question));
    expect(decision.kind === "run" ? `run:${decision.because}` : decision.kind).toBe(expected);
  });

  test("the refusal names the rule", () => {
    expect(decideCall(makeQuestion({ operator: { deny: ["a", "pay_*"] } }))).toEqual({
      kind: "refuse",
      rule: "pay_*",
    });
  });
});

describe("what a gate covers", () => {
  const cases: readonly (readonly [string, Parameters<typeof makeGate>[0], Question, boolean])[] = [
    ["the tool of its action's name", { key: "g", action: "pay_invoice" }, {}, true],
    ["the tool of its key's name, the action being left out", { key: "pay_invoice" }, {}, true],
    ["a tool that declares its action", { key: "g", action: "send_payment" }, {}, true],
    ["every tool that its globs match", { key: "g", tools: ["x", "pay_*"] }, {}, true],
    ["no tool whose name only begins like its action", { key: "g", action: "pay" }, {}, false],
    [
      "no tool without an action because the gate's action is the text null",
      { key: "null" },
      { tool: { action: null } },
      false,
    ],
    [
      "a call of which its condition is true",
      { key: "pay_invoice", when: "args.amount > 100" },
      { args: { amount: 101 } },
      true,
    ],
    [
      "no call of which its condition is false",
      { key: "pay_invoice", when: "args.amount > 100" },
      { args: { amount: 100 } },
      false,
    ],
    [
      "a call of which its condition fails",
      { key: "pay_invoice", when: "args.amount > 100" },
      { args: {} },
      true,
    ],
    [
      "a call of which its condition gives a text",
      { key: "pay_invoice", when: "args.flag" },
      { args: { flag: "no" } },
      true,
    ],
    [
      "a call of which its condition gives null",
      { key: "pay_invoice", when: "args.flag" },
      { args: { flag: null } },
      true,
    ],
    ["a call when its condition cannot be read", { key: "pay_invoice", when: "args.amount >" }, {}, true],
    [
      "a call by the hand's parameters",
      { key: "pay_invoice", when: "args.amount > parameters.limit" },
      { args: { amount: 5 }, parameters: { limit: 10 } },
      false,
    ],
  ];
  test.each(cases)("%s", (_name, gate, question, isCovered) => {
    const decision = decideCall(makeQuestion({ ...question, gates: [makeGate(gate)] }));
    expect(decision).toMatchObject({ kind: "ask", gates: isCovered ? [gate.key] : [] });
  });

  test("a condition that throws in spite of its promise covers", () => {
    const question = makeQuestion({ tool: { effect: "read" }, gates: [makeGate({ key: "pay_invoice" })] });
    const gates = question.gates.map((gate) => ({
      ...gate,
      covers: () => {
        throw new Error("broken");
      },
    }));
    expect(decideCall({ ...question, gates })).toMatchObject({ kind: "ask", gates: ["pay_invoice"] });
  });

  test("a gate whose condition was stopped asks", () => {
    const gate = makeGate({ key: "pay_invoice", when: "args.text.matches('^(a+)+$')" });
    const question = makeQuestion({
      tool: { effect: "read" },
      args: { text: `${"a".repeat(60)}!` },
      gates: [gate],
    });
    expect(decideCall(question)).toMatchObject({ kind: "ask", gates: ["pay_invoice"] });
  });

  test("where its condition is false the next rule decides, and a read runs", () => {
    const gate = makeGate({ key: "pay_invoice", when: "args.amount > 100" });
    const question = makeQuestion({ tool: { effect: "read" }, args: { amount: 1 }, gates: [gate] });
    expect(decideCall(question)).toEqual({ kind: "run", because: "read" });
  });
});

describe("the one approval of all gates that cover a call", () => {
  const write = { effect: "write" } as const;
  const ask = (gates: readonly Parameters<typeof makeGate>[0][], question: Question = {}) =>
    decideCall(makeQuestion({ tool: write, ...question, gates: gates.map(makeGate) }));
  const of = (key: string, rest: object = {}) => ({ key, action: "send_payment", ...rest });

  test("without a gate nothing approves it, and it expires after 7 days", () => {
    expect(ask([])).toMatchObject({
      gates: [],
      action: "send_payment",
      autoApproveAfterMs: null,
      expiresAfterMs: 7 * dayMs,
    });
  });
  test("a gate that says neither expires after 7 days", () => {
    expect(ask([of("a")])).toMatchObject({ autoApproveAfterMs: null, expiresAfterMs: 7 * dayMs });
  });
  test("a gate that approves by itself does not expire unless it says so", () => {
    expect(ask([of("a", { autoApproveAfter: 300 })])).toMatchObject({
      autoApproveAfterMs: 300_000,
      expiresAfterMs: null,
    });
    expect(ask([of("a", { autoApproveAfter: 300, expiresAfter: 900 })])).toMatchObject({
      expiresAfterMs: 900_000,
    });
  });
  test("a delay of 0 is at once, and not none", () => {
    expect(ask([of("a", { autoApproveAfter: 0 })])).toMatchObject({ autoApproveAfterMs: 0 });
  });
  test("the longest delay and the shortest expiry hold", () => {
    const gates = [
      of("a", { autoApproveAfter: 60, expiresAfter: 4000 }),
      of("b", { autoApproveAfter: 300, expiresAfter: 900 }),
    ];
    expect(ask(gates)).toMatchObject({
      gates: ["a", "b"],
      autoApproveAfterMs: 300_000,
      expiresAfterMs: 900_000,
    });
  });
  test("one gate that does not allow it keeps it from approving itself, and the default expiry is back", () => {
    expect(ask([of("a", { autoApproveAfter: 60 }), of("b")])).toMatchObject({
      autoApproveAfterMs: null,
      expiresAfterMs: 7 * dayMs,
    });
  });
  test("a gate whose condition is false has no say", () => {
    expect(ask([of("a", { autoApproveAfter: 60 }), of("b", { when: "false" })])).toMatchObject({
      gates: ["a"],
      autoApproveAfterMs: 60_000,
    });
  });
  test("the operator can forbid it", () => {
    const forbidden = { operator: { allowsAutoApprove: false } };
    expect(ask([of("a", { autoApproveAfter: 0 })], forbidden)).toMatchObject({
      autoApproveAfterMs: null,
      expiresAfterMs: 7 * dayMs,
    });
  });
  test("a delay that is no number of seconds is no permission", () => {
    for (const autoApproveAfter of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(ask([of("a", { autoApproveAfter })])).toMatchObject({ autoApproveAfterMs: null });
    }
  });
  test("two gates on one action make one request with both keys and both descriptions", () => {
    expect(ask([of("a", { description: "One" }), of("b", { description: "Two" })])).toMatchObject({
      gates: ["a", "b"],
      action: "send_payment",
      description: "One; Two",
    });
  });

  describe("about a destructive tool approves itself only where each gate names that tool", () => {
    const automatic = { autoApproveAfter: 60 };
    const cases: readonly (readonly [string, readonly Parameters<typeof makeGate>[0][], boolean])[] = [
      ["by the action that the tool declares", [of("a", automatic)], true],
      ["by the tool's own name as the action", [{ key: "pay_invoice", ...automatic }], true],
      ["in tools without a star", [{ key: "g", tools: ["pay_invoice"], ...automatic }], true],
      ["not by a glob", [{ key: "g", tools: ["pay_*"], ...automatic }], false],
      ["not by a bare star", [{ key: "g", tools: ["*"], ...automatic }], false],
      ["by name beside a glob", [{ key: "g", tools: ["pay_*", "pay_invoice"], ...automatic }], true],
      [
        "not where one of two gates has only a glob",
        [of("a", automatic), { key: "g", tools: ["*"], ...automatic }],
        false,
      ],
    ];
    test.each(cases)("%s", (_name, gates, mayApproveItself) => {
      const decision = ask(gates, { tool: { effect: "destructive" } });
      expect(decision).toMatchObject({ kind: "ask", autoApproveAfterMs: mayApproveItself ? 60_000 : null });
    });
    test("a write may be covered by a glob", () => {
      expect(ask([{ key: "g", tools: ["pay_*"], ...automatic }])).toMatchObject({
        autoApproveAfterMs: 60_000,
      });
    });
  });
});

describe("gates of two versions", () => {
  const gate = makeGate({ key: "pay_invoice", autoApproveAfter: 60 });
  test("one that is the same in both is there once", () => {
    expect(mergeGates([gate], [{ ...gate }])).toEqual([gate]);
  });
  test("two of one key that differ both hold", () => {
    const stricter = { ...gate, autoApproveAfter: null };
    const merged = compileGates(mergeGates([gate], [stricter]), compileWhen);
    expect(merged).toHaveLength(2);
    const question = makeQuestion({ tool: { effect: "write" } });
    expect(decideCall({ ...question, gates: merged })).toMatchObject({
      gates: ["pay_invoice"],
      autoApproveAfterMs: null,
    });
  });
  test("one that was removed since still holds, and one that was added holds already", () => {
    const added = makeGate({ key: "new", tools: ["pay_*"] });
    expect(mergeGates([gate], [added])).toEqual([gate, added]);
  });
});
