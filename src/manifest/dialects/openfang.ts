import type { DocumentPath } from "../document-paths.ts";
import { readAgent } from "./read-agent.ts";
import { readDashboard } from "./read-dashboard.ts";
import { readIdentity } from "./read-identity.ts";
import { readMetadata } from "./read-metadata.ts";
import { readRequirements } from "./read-requirements.ts";
import { readAgentSchedule } from "./read-schedule-text.ts";
import { readSettings } from "./read-settings.ts";
import { readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** OpenFang with its keys at the top of the file. */
export const readOpenFang: DialectReader = (source) => {
  const translation = new Translation(source);
  readOpenFangParts(translation, []);
  readAgent(translation, ["agent"]);
  readAgentSchedule(translation, ["agent", "schedule"]);
  translation.addSkillFile("SKILL.md", "reference-knowledge");
  return translation.finish();
};

/** OpenFang with the same keys below `[hand]`. */
export const readWrappedOpenFang: DialectReader = (source) => {
  const translation = new Translation(source);
  readOpenFangParts(translation, ["hand"]);
  readAgent(translation, ["hand", "agent"]);
  readAgentSchedule(translation, ["hand", "agent", "schedule"]);
  translation.addSkillFile("SKILL.md", "reference-knowledge");
  return translation.finish();
};

/** Everything but the agents, which OpenFang and LibreFang write differently. */
export function readOpenFangParts(translation: Translation, base: DocumentPath): void {
  readIdentity(translation, base);
  readTools(translation, [...base, "tools"]);
  readInstalledNames(
    translation,
    [...base, "skills"],
    "skills of that program's library are not here: put their files into skills/",
  );
  readInstalledNames(
    translation,
    [...base, "mcp_servers"],
    "only the name is known: write [mcp.NAME] with its command or address",
  );
  readRequirements(translation, [...base, "requires"]);
  readSettings(translation, [...base, "settings"]);
  readDashboard(translation, [...base, "dashboard"]);
  readMetadata(translation, [...base, "metadata"]);
  translation.fillIn(
    ["prompt", "parameters_heading"],
    "User Configuration",
    "the heading that its prompt expects above the settings",
  );
  translation.fillIn(
    ["prompt", "knowledge_heading"],
    "Reference Knowledge",
    "the heading that its prompt expects above SKILL.md",
  );
}

/** Names of things that are installed elsewhere. An empty list stands for all of them. */
function readInstalledNames(translation: Translation, from: DocumentPath, reason: string): void {
  const names = translation.at(from);
  if (names === undefined) return;
  const isAll = Array.isArray(names) && names.length === 0;
  translation.lose(
    from,
    isAll ? "an empty list means every installed one there; a hand here has what is in its folder" : reason,
  );
}
