import { defaultNotAnOption } from "./default-not-an-option.ts";
import { effectWithoutGate } from "./effect-without-gate.ts";
import { gateOnlyInPrompt } from "./gate-only-in-prompt.ts";
import { promptTooLong } from "./prompt-too-long.ts";
import { scheduleOnlyInPrompt } from "./schedule-only-in-prompt.ts";
import { secretInFile } from "./secret-in-file.ts";
import type { LintRule } from "./types.ts";
import { unreachableGate } from "./unreachable-gate.ts";
import { unreadableSkill } from "./unreadable-skill.ts";

/** What `validate --strict` looks for besides everything that `validate` always reports. */
export const LINT_RULES: readonly LintRule[] = [
  defaultNotAnOption,
  effectWithoutGate,
  gateOnlyInPrompt,
  promptTooLong,
  scheduleOnlyInPrompt,
  secretInFile,
  unreachableGate,
  unreadableSkill,
];
