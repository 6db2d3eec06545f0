import { readAgent } from "./read-agent.ts";
import { readDashboard } from "./read-dashboard.ts";
import { readIdentity } from "./read-identity.ts";
import { readMetadata } from "./read-metadata.ts";
import { readRequirements } from "./read-requirements.ts";
import { readScheduleText } from "./read-schedule-text.ts";
import { readSettings } from "./read-settings.ts";
import { readDeniedTools, readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** agentsos: OpenFang's keys below `[hand]`, with functions in place of tools and a schedule. */
export const readAgentsos: DialectReader = (source) => {
  const translation = new Translation(source);
  readIdentity(translation, ["hand"]);
  if (
    !readScheduleText(translation, ["hand", "schedule"]) &&
    translation.at(["hand", "schedule"]) !== undefined
  )
    translation.loseWrong(["hand", "schedule"], "a cron text");
  const denied = readDeniedTools(translation, ["hand", "functions", "denied"]);
  readTools(translation, ["hand", "functions", "allowed"], denied);
  readTools(translation, ["hand", "tools"], denied);
  readRequirements(translation, ["hand", "requires"]);
  readSettings(translation, ["hand", "settings"]);
  readAgent(translation, ["hand", "agent"]);
  readDashboard(translation, ["hand", "dashboard"]);
  readMetadata(translation, ["hand", "metadata"]);
  if (!translation.addPromptFile("SYSTEM.md")) translation.addPromptFile("system-prompt.md");
  translation.addSkillFile("SKILL.md", "reference-knowledge");
  return translation.finish();
};
