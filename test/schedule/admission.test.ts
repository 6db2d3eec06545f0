import { describe, expect, test } from "vitest";
import type { AdmissionInput } from "../../src/schedule/index.ts";
import { decideAdmission, OVERLAP_POLICIES } from "../../src/schedule/index.ts";

const IDLE: AdmissionInput = {
  trigger: "schedule",
  isResume: false,
  overlap: "skip",
  maxInstances: 1,
  isPaused: false,
  isAllPaused: false,
  runningCount: 0,
  resumableCount: 0,
  heldBeforeCount: 0,
  waitingForHumanCount: 0,
  maxWaiting: 3,
};

/** The decision as one text, as in `skip overlap`. */
function decide(change: Partial<AdmissionInput>): string {
  const admission = decideAdmission({ ...IDLE, ...change });
  return "reason" in admission ? `${admission.kind} ${admission.reason}` : admission.kind;
}

const TRIGGERS = ["schedule", "event", "webhook"] as const;

describe("an idle hand", () => {
  test.each(OVERLAP_POLICIES)("admits a fire and a resume, with overlap = %s", (overlap) => {
    expect(decide({ overlap })).toBe("admit");
    expect(decide({ overlap, isResume: true })).toBe("admit");
  });
});

describe("a pause", () => {
  test.each(TRIGGERS)("skips what a %s would start, and holds what has begun", (trigger) => {
    expect(decide({ trigger, isPaused: true })).toBe("skip paused");
    expect(decide({ trigger, isPaused: true, isResume: true })).toBe("hold paused");
    expect(decide({ trigger, isAllPaused: true })).toBe("skip paused");
    expect(decide({ trigger, isAllPaused: true, isResume: true })).toBe("hold paused");
  });

  test("of a hand is passed by what a human triggered, a pause of everything is not", () => {
    expect(decide({ trigger: "manual", isPaused: true })).toBe("admit");
    expect(decide({ trigger: "manual", isPaused: true, isResume: true })).toBe("admit");
    expect(decide({ trigger: "manual", isAllPaused: true })).toBe("skip paused");
    expect(decide({ trigger: "manual", isAllPaused: true, isResume: true })).toBe("hold paused");
  });

  test("is the reason even where another would apply", () => {
    expect(decide({ isPaused: true, runningCount: 1, waitingForHumanCount: 9 })).toBe("skip paused");
  });
});

describe("a fire while another execution of the hand runs or sleeps", () => {
  const busy = { runningCount: 1 };

  test.each(TRIGGERS)("of a %s is skipped by default", (trigger) => {
    expect(decide({ ...busy, trigger })).toBe("skip overlap");
    expect(decide({ ...busy, trigger, sleepingCount: 1 })).toBe("skip overlap");
  });

  test("is queued once with `queue`: the first is kept, later ones are skipped", () => {
    expect(decide({ ...busy, overlap: "queue" })).toBe("hold overlap");
    expect(decide({ ...busy, overlap: "queue", heldBeforeCount: 1 })).toBe("skip overlap");
    // The one held first starts as soon as it is claimed: then this one is the first.
    expect(decide({ overlap: "queue", heldBeforeCount: 1 })).toBe("hold overlap");
    expect(decide({ overlap: "queue", heldBeforeCount: 2 })).toBe("skip overlap");
  });

  test("starts after cancelling with `cancel`, but not past an older fire or one that goes on", () => {
    expect(decide({ ...busy, overlap: "cancel" })).toBe("admit_after_cancel");
    expect(decide({ ...busy, overlap: "cancel", heldBeforeCount: 1 })).toBe("hold overlap");
    expect(decide({ ...busy, overlap: "cancel", resumableCount: 1 })).toBe("hold overlap");
  });

  test("starts with `allow`", () => {
    expect(decide({ ...busy, overlap: "allow", heldBeforeCount: 5, resumableCount: 2 })).toBe("admit");
  });

  test("starts when a human triggered it, whatever the policy", () => {
    for (const overlap of OVERLAP_POLICIES)
      expect(decide({ ...busy, overlap, trigger: "manual" })).toBe("admit");
  });

  test("starts while fewer run than may overlap", () => {
    expect(decide({ ...busy, maxInstances: 2 })).toBe("admit");
    expect(decide({ runningCount: 2, maxInstances: 2 })).toBe("skip overlap");
    expect(decide({ ...busy, heldBeforeCount: 1, maxInstances: 2 })).toBe("skip overlap");
  });

  test("waits for its turn when it is caught up, or all but one of them would be skipped", () => {
    for (const overlap of ["skip", "queue", "cancel"] as const) {
      expect(decide({ ...busy, overlap, isCatchUp: true, heldBeforeCount: 40 })).toBe("hold overlap");
    }
    expect(decide({ isCatchUp: true })).toBe("admit");
  });
});

describe("an execution that waits for a human", () => {
  test("does not count as running", () => {
    expect(decide({ waitingForHumanCount: 2 })).toBe("admit");
  });

  test("keeps new fires away when `maxWaiting` of them wait, and says that reason", () => {
    for (const overlap of OVERLAP_POLICIES) {
      expect(decide({ overlap, waitingForHumanCount: 3 })).toBe("skip max_waiting");
    }
    expect(decide({ waitingForHumanCount: 3, trigger: "manual" })).toBe("admit");
    expect(decide({ waitingForHumanCount: 9, isResume: true })).toBe("admit");
  });
});

describe("an execution that goes on", () => {
  test("waits until the running one ends or parks, unless overlap is allowed", () => {
    for (const overlap of ["skip", "queue", "cancel"] as const) {
      expect(decide({ isResume: true, overlap, runningCount: 1 })).toBe("hold overlap");
    }
    expect(decide({ isResume: true, overlap: "allow", runningCount: 1 })).toBe("admit");
  });

  test("does not wait for one that sleeps", () => {
    expect(decide({ isResume: true, runningCount: 1, sleepingCount: 1 })).toBe("admit");
  });

  test("comes before new fires, also those that were held", () => {
    expect(decide({ resumableCount: 1 })).toBe("skip overlap");
    expect(decide({ overlap: "queue", resumableCount: 1 })).toBe("hold overlap");
    expect(decide({ isResume: true, heldBeforeCount: 3 })).toBe("admit");
  });
});
