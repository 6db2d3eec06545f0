import type { StepRow } from "../store/index.ts";

/** What marks a step whose function lives in the script itself (`hand.step`), which only the script's own replay can run. */
export const SCRIPT_STEP_DETAIL = JSON.stringify({ form: "step" });

export function isScriptStep(step: StepRow): boolean {
  return step.kind === "tool" && step.detail_json === SCRIPT_STEP_DETAIL;
}
