import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { readOpenFangParts } from "./openfang.ts";
import { readAgent } from "./read-agent.ts";
import { readAgentSchedule } from "./read-schedule-text.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** LibreFang: OpenFang with several agents, of which the coordinator is the brain. */
export const readLibreFang: DialectReader = (source) => {
  const translation = new Translation(source);
  const base: DocumentPath = isPlainObject(translation.at(["hand"])) ? ["hand"] : [];
  readOpenFangParts(translation, base);
  readAgent(translation, [...base, "agent"]);
  readAgentSchedule(translation, [...base, "agent", "schedule"]);
  const role = readAgents(translation, [...base, "agents"]);
  for (const key of ["routing", "i18n", "allowed_plugins"] as const) {
    if (translation.at([...base, key]) !== undefined)
      translation.lose([...base, key], WITHOUT_COUNTERPART[key]);
  }
  translation.addSkillFile("SKILL.md", "reference-knowledge");
  if (role !== null) translation.addSkillFile(`SKILL-${role}.md`, `reference-knowledge_${role}`);
  return translation.finish();
};

const WITHOUT_COUNTERPART = {
  routing: "nobody chooses a hand by words here: a schedule, an event, a webhook or a person starts it",
  i18n: "only one language is shown",
  allowed_plugins: "there are no plugins here: a hand has the tools that it names",
} as const;

/** Gives the coordinator's role; null where there are no agents. */
function readAgents(translation: Translation, from: DocumentPath): string | null {
  const agents = translation.at(from);
  if (agents === undefined) return null;
  if (!isPlainObject(agents)) {
    translation.loseWrong(from, "a table of agents");
    return null;
  }
  const role = chooseCoordinator(agents);
  for (const name of Object.keys(agents)) {
    if (name !== role)
      translation.lose(
        [...from, name],
        `only the coordinator \`${role}\` is the brain here; this role is not run`,
      );
  }
  if (role === null) return null;
  const path = [...from, role];
  readAgent(translation, path);
  readAgentSchedule(translation, [...path, "schedule"]);
  if (translation.at([...path, "coordinator"]) !== undefined)
    translation.noteMapped([...path, "coordinator"], ["hand"], "the brain of the hand");
  if (translation.at([...path, "invoke_hint"]) !== undefined)
    translation.lose([...path, "invoke_hint"], "no other agent calls this one");
  if (translation.at([...path, "base"]) !== undefined)
    translation.lose(
      [...path, "base"],
      "templates of agents are not here: its prompt is only what stands in this file",
    );
  return role;
}

function chooseCoordinator(agents: Readonly<Record<string, unknown>>): string | null {
  const roles = Object.entries(agents).filter(([, agent]) => isPlainObject(agent));
  const named = roles.find(([, agent]) => isPlainObject(agent) && agent["coordinator"] === true);
  return (named ?? roles.find(([role]) => role === "main") ?? roles[0])?.[0] ?? null;
}
