import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { readDocument } from "../read-document.ts";
import { readModel, readPromptText, readSampling, readStepLimit } from "./read-agent.ts";
import { readGuardrails } from "./read-guardrails.ts";
import { readIdentity } from "./read-identity.ts";
import { readCron, readInterval, readScheduleText } from "./read-schedule-text.ts";
import { readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** bizclaw: phases, one after the other, and guardrails in a file of their own. */
export const readBizclaw: DialectReader = (source) => {
  const translation = new Translation(withGuardrails(source));
  const base: DocumentPath = isPlainObject(translation.at(["hand"])) ? ["hand"] : [];
  readIdentity(translation, base);
  readBizclawSchedule(translation, [...base, "schedule"]);
  readModel(translation, [...base, "provider"], [...base, "model"]);
  readSampling(translation, base);
  readStepLimit(translation, [...base, "max_iterations"]);
  readPromptText(translation, [...base, "system_prompt"]);
  translation.addPromptFile("SYSTEM.md");
  readTools(translation, [...base, "tools"]);
  readPhases(translation, translation.at(["phases"]) === undefined ? [...base, "phases"] : ["phases"]);
  readGuardrailsFile(translation);
  return translation.finish();
};

/** Where the guardrails' file is put while the package is read: a key that no TOML file has. */
const GUARDRAILS_KEY = "guardrails.toml";

function withGuardrails(source: Parameters<DialectReader>[0]): Parameters<DialectReader>[0] {
  const text = source.files.get(GUARDRAILS_KEY);
  if (text === undefined) return source;
  const read = readDocument(text);
  if ("fault" in read || read.problems.length > 0) return source;
  return { ...source, document: { ...source.document, [GUARDRAILS_KEY]: read.document } };
}

function readGuardrailsFile(translation: Translation): void {
  if (!translation.source.files.has(GUARDRAILS_KEY)) return;
  const guardrails = translation.at([GUARDRAILS_KEY]);
  if (guardrails === undefined) {
    translation.lose([], "it cannot be read as TOML", { file: GUARDRAILS_KEY, isGuard: true });
    return;
  }
  translation.noteFile(GUARDRAILS_KEY, ["approval_gates"], "key by key, as below");
  const inner = translation.at([GUARDRAILS_KEY, "guardrails"]);
  readGuardrails(translation, isPlainObject(inner) ? [GUARDRAILS_KEY, "guardrails"] : [GUARDRAILS_KEY]);
}

/** `"manual"`, `"once"` or a cron text; or a table with `cron`, `interval` or `once`. */
function readBizclawSchedule(translation: Translation, from: DocumentPath): void {
  const schedule = translation.at(from);
  if (schedule === undefined) return;
  if (schedule === "once") {
    translation.noteMapped(from, ["hand"], "no schedule: start it once by hand");
    return;
  }
  if (readScheduleText(translation, from)) return;
  if (!isPlainObject(schedule)) {
    translation.loseWrong(from, "a text or a table");
    return;
  }
  if (readCron(translation, from, ["cron"])) return;
  if (readInterval(translation, [...from, "interval"])) return;
  if (typeof schedule["once"] === "string")
    translation.moveText([...from, "once"], ["hand", "schedule", "at"]);
  else if (schedule["once"] === true || schedule["manual"] === true)
    translation.noteMapped(from, ["hand"], "no schedule: it runs when somebody starts it");
}

/** Each phase is a section of the prompt; their tools are the hand's. */
function readPhases(translation: Translation, from: DocumentPath): void {
  const phases = translation.at(from);
  if (!Array.isArray(phases)) return;
  const sections: string[] = [];
  for (const [index, phase] of phases.entries()) {
    const path = [...from, index];
    if (!isPlainObject(phase)) {
      translation.loseWrong(path, "a table");
      continue;
    }
    const texts = ["description", "goal", "instructions", "prompt", "task"].flatMap((key) => {
      const text = phase[key];
      if (typeof text !== "string") return [];
      translation.notePrompt([...path, key]);
      return text.trim() === "" ? [] : [text.trim()];
    });
    const name = phase["name"];
    if (typeof name === "string") translation.notePrompt([...path, "name"]);
    readTools(translation, [...path, "tools"]);
    if (texts.length > 0)
      sections.push(`## ${index + 1}. ${typeof name === "string" ? name : "Phase"}\n\n${texts.join("\n\n")}`);
  }
  if (sections.length > 0)
    translation.addPrompt(`# Phases\n\nWork through these in order.\n\n${sections.join("\n\n")}`);
  else
    translation.noteMissing("what its phases shall do", "Write the phases into SYSTEM.md, in order.", from);
}
