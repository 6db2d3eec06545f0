import { readModel, readPromptText, readSampling } from "./read-agent.ts";
import { readGuardrails } from "./read-guardrails.ts";
import { readIdentity } from "./read-identity.ts";
import { readOutput } from "./read-output.ts";
import { readScheduleText } from "./read-schedule-text.ts";
import { readDeniedTools, readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** cawl: tools that are allowed and denied, guardrails, an output, a model with a fallback. */
export const readCawl: DialectReader = (source) => {
  const translation = new Translation(source);
  readIdentity(translation, ["hand"]);
  if (
    !readScheduleText(translation, ["hand", "schedule"]) &&
    translation.at(["hand", "schedule"]) !== undefined
  )
    translation.loseWrong(["hand", "schedule"], "`on-demand` or a cron text");
  const denied = readDeniedTools(translation, ["hand", "tools", "denied"]);
  readTools(translation, ["hand", "tools", "allowed"], denied);
  readGuardrails(translation, ["hand", "guardrails"]);
  readOutput(translation, ["hand", "output"]);
  readModel(translation, ["hand", "model", "provider"], ["hand", "model", "primary"]);
  readSampling(translation, ["hand", "model"]);
  if (translation.at(["hand", "model", "fallback"]) !== undefined)
    translation.lose(
      ["hand", "model", "fallback"],
      "no other model takes over in silence here: the execution fails and says so",
    );
  for (const key of ["system_prompt", "prompt", "instructions"]) readPromptText(translation, ["hand", key]);
  translation.addPromptFile("SYSTEM.md");
  return translation.finish();
};
