import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { formatPath } from "../document-paths.ts";
import { readModel, readPromptText, readSampling, readStepLimit } from "./read-agent.ts";
import { readGuardrails } from "./read-guardrails.ts";
import { readIdentity } from "./read-identity.ts";
import { readCron, readInterval, readScheduleText } from "./read-schedule-text.ts";
import { readSettings } from "./read-settings.ts";
import { readDeniedTools, readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

const PROMPTS = ["system_prompt", "prompt", "instructions"] as const;
/** Lists of the whole hand. Written after `[persona]`, TOML gives them to it. */
const LISTS_OF_THE_HAND = ["tools", "denied_tools", "guardrails", "settings"] as const;

/** automaton: who it is, when it is chosen, how it runs, and a persona. */
export const readAutomaton: DialectReader = (source) => {
  const translation = new Translation(source);
  if (translation.at(["schema_version"]) !== undefined)
    translation.noteMapped(["schema_version"], [], "the version of that format");
  readIdentity(translation, ["hand"], "agent_id");
  translation.moveText(["hand", "archetype"], ["metadata", "archetype"], {
    reason: "shown to people, and nothing else",
  });
  if (translation.at(["matching"]) !== undefined)
    translation.lose(
      ["matching"],
      "nobody chooses a hand by words here: a schedule, an event, a webhook or a person starts it",
    );
  readRuntime(translation);
  const denied = readDeniedTools(translation, placeOf(translation, "denied_tools"));
  readTools(translation, placeOf(translation, "tools"), denied);
  readGuardrails(translation, placeOf(translation, "guardrails"));
  readSettings(translation, placeOf(translation, "settings"));
  readPersona(translation);
  translation.addPromptFile("SYSTEM.md");
  return translation.finish();
};

/** Where a list of the hand stands: at the top, in `[hand]`, or in a table that TOML gave it to. */
function placeOf(translation: Translation, key: (typeof LISTS_OF_THE_HAND)[number]): DocumentPath {
  for (const base of [[], ["hand"]]) {
    if (translation.at([...base, key]) !== undefined) return [...base, key];
  }
  for (const table of ["persona", "runtime", "matching"]) {
    const path = [table, key];
    if (translation.at(path) === undefined) continue;
    translation.noteMisplaced(formatPath([key]), path);
    return path;
  }
  return [key];
}

function readRuntime(translation: Translation): void {
  const from = ["runtime"];
  readModel(translation, [...from, "provider"], [...from, "model"]);
  readSampling(translation, from);
  const stepKey = ["max_iterations", "max_turns", "max_steps"].find(
    (key) => translation.at([...from, key]) !== undefined,
  );
  if (stepKey !== undefined) readStepLimit(translation, [...from, stepKey]);
  const timeKey = ["timeout_seconds", "timeout_secs", "timeout"].find(
    (key) => translation.at([...from, key]) !== undefined,
  );
  if (timeKey !== undefined)
    translation.moveNumber([...from, timeKey], ["limits", "timeout"], { isGuard: true });
  readScheduleText(translation, [...from, "schedule"]);
  if (translation.nativeAt(["hand", "schedule"]) === undefined && !readCron(translation, from, ["cron"]))
    readInterval(translation, [...from, "interval_seconds"]);
}

/** Prompts as they are; every other text of the persona is a line of it. */
function readPersona(translation: Translation): void {
  const persona = translation.at(["persona"]);
  if (!isPlainObject(persona)) {
    if (persona !== undefined) translation.loseWrong(["persona"], "a table");
    return;
  }
  for (const key of PROMPTS) readPromptText(translation, ["persona", key]);
  const lines: string[] = [];
  const lists: readonly string[] = LISTS_OF_THE_HAND;
  for (const [key, value] of Object.entries(persona)) {
    if (PROMPTS.some((name) => name === key) || lists.includes(key)) continue;
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === "string")) continue;
    lines.push(`- ${key.replaceAll("_", " ")}: ${texts.join("; ")}`);
    translation.notePrompt(["persona", key]);
  }
  if (lines.length > 0) translation.addPrompt(`# Persona\n\n${lines.join("\n")}`);
}
