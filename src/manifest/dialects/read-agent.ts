import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { Translation } from "./translation.ts";

const PROJECTS_OWN = new Set(["", "default", "inherit", "auto"]);

/** The brain: its prompt, its model and its bounds. */
export function readAgent(translation: Translation, from: DocumentPath): void {
  const agent = translation.at(from);
  if (agent === undefined) return;
  if (!isPlainObject(agent)) {
    translation.loseWrong(from, "a table");
    return;
  }
  readPromptText(translation, [...from, "system_prompt"]);
  readModel(translation, [...from, "provider"], [...from, "model"]);
  readSampling(translation, from);
  readStepLimit(translation, [...from, "max_iterations"]);
}

/** A text that is the prompt, or a part of it. Gives whether there was one. */
export function readPromptText(translation: Translation, from: DocumentPath, heading?: string): boolean {
  const text = translation.at(from);
  if (text === undefined) return false;
  if (typeof text !== "string") {
    translation.loseWrong(from, "a text");
    return false;
  }
  translation.addPrompt(
    heading === undefined || text.trim() === "" ? text : `# ${heading}\n\n${text.trim()}`,
  );
  translation.notePrompt(from, text.trim() === "" ? "it is empty" : null);
  return text.trim() !== "";
}

/** Provider and model as one name. "default", or nothing, is the project's own. */
export function readModel(
  translation: Translation,
  providerPath: DocumentPath,
  modelPath: DocumentPath,
): void {
  const [provider, model] = [translation.at(providerPath), translation.at(modelPath)];
  for (const [path, value] of [
    [providerPath, provider],
    [modelPath, model],
  ] as const) {
    if (value !== undefined && typeof value !== "string") translation.loseWrong(path, "a text");
  }
  const to: DocumentPath = ["model", "name"];
  const names = [provider, model].map((value) => (typeof value === "string" ? value.trim() : ""));
  const [providerName = "", modelName = ""] = names;
  const hasOwnModel = !PROJECTS_OWN.has(modelName);
  const full =
    modelName.includes("/") && PROJECTS_OWN.has(providerName) ? modelName : `${providerName}/${modelName}`;
  const isNamed =
    hasOwnModel &&
    /^[^/\s]+\/\S+$/.test(full) &&
    (modelName.includes("/") || !PROJECTS_OWN.has(providerName));
  if (isNamed) translation.set(to, full);
  for (const [path, value] of [
    [providerPath, provider],
    [modelPath, model],
  ] as const) {
    if (typeof value !== "string") continue;
    if (isNamed) translation.noteMapped(path, to);
    else if (hasOwnModel)
      translation.lose(
        path,
        "a model needs its provider, as in `anthropic/claude-…`; the project's model is used",
      );
    else if (PROJECTS_OWN.has(value.trim())) translation.noteMapped(path, ["model"], "the project's model");
    else translation.lose(path, "a provider without a model names nothing; the project's model is used");
  }
}

/** How the model replies. */
export function readSampling(translation: Translation, from: DocumentPath): void {
  translation.moveNumber([...from, "temperature"], ["model", "temperature"], {
    fits: (value) => value >= 0 && value <= 2,
    expected: "a number from 0 to 2",
  });
  translation.moveNumber([...from, "max_tokens"], ["model", "max_output_tokens"], {
    fits: isCount,
    expected: "a whole number of at least 1",
    reason: "tokens of one reply",
  });
}

/** How often the model may be asked. It starts nothing: in OpenFang it also switched on an hourly loop. */
export function readStepLimit(translation: Translation, from: DocumentPath): void {
  translation.moveNumber(from, ["limits", "max_steps"], {
    fits: isCount,
    expected: "a whole number of at least 1",
    isGuard: true,
    reason: "only a limit: it starts nothing by itself",
  });
}

export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
