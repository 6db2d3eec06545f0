import type { JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import { METRIC_FORMATS } from "../types.ts";
import { readModel, readPromptText, readSampling } from "./read-agent.ts";
import { readApprovals } from "./read-guardrails.ts";
import { readIdentity } from "./read-identity.ts";
import { readOutputMode } from "./read-output.ts";
import { readScheduleText } from "./read-schedule-text.ts";
import { readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

/** clawgear: a task, an adapter that runs it, flat settings and metrics, and `system-prompt.md`. */
export const readClawgear: DialectReader = (source) => {
  const translation = new Translation(source);
  readIdentity(translation, ["hand"]);
  if (
    !readScheduleText(translation, ["hand", "schedule"]) &&
    translation.at(["hand", "schedule"]) !== undefined
  )
    translation.loseWrong(["hand", "schedule"], "a cron text");
  const hasFile = translation.addPromptFile("system-prompt.md");
  const hasTask = readPromptText(translation, ["hand", "task_prompt"], "Task");
  if (!hasFile && !hasTask)
    translation.noteMissing(
      "its `task_prompt` and system-prompt.md",
      "Write what the hand shall do into SYSTEM.md.",
      ["hand"],
    );
  readApprovals(translation, ["hand", "requires_approval"]);
  readOutputMode(translation, ["hand", "output_mode"]);
  readTools(translation, ["hand", "tools"]);
  readModel(translation, ["adapter", "provider"], ["adapter", "model"]);
  readSampling(translation, ["adapter"]);
  readFlatSettings(translation);
  readMetrics(translation);
  return translation.finish();
};

/** `[settings]` holds values: parameters without a form. */
function readFlatSettings(translation: Translation): void {
  const settings = translation.at(["settings"]);
  if (settings === undefined) return;
  if (!isPlainObject(settings)) {
    translation.loseWrong(["settings"], "a table");
    return;
  }
  for (const [key, value] of Object.entries(settings)) {
    if (/(?:key|token|secret|password)$/i.test(key) && typeof value === "string")
      translation.lose(
        ["settings", key],
        "it looks like a secret, which is no parameter: name it in [secrets]",
      );
    else translation.move(["settings", key], ["parameters", key], value as JsonValue);
  }
}

/** `[metrics]`: a figure for each key, whose value is its form, or a table with `label` and `format`. */
function readMetrics(translation: Translation): void {
  const metrics = translation.at(["metrics"]);
  if (metrics === undefined) return;
  if (!isPlainObject(metrics)) {
    translation.loseWrong(["metrics"], "a table");
    return;
  }
  for (const [key, value] of Object.entries(metrics)) {
    const path = ["metrics", key];
    const made: { [key: string]: JsonValue } = { label: key, memory_key: key };
    const format = METRIC_FORMATS.find((name) => name === (isPlainObject(value) ? value["format"] : value));
    if (format !== undefined) made["format"] = format;
    if (!isPlainObject(value)) {
      const to = translation.append(["dashboard", "metrics"], made);
      translation.noteMapped(
        path,
        to,
        format === undefined ? "shown as text, from the memory key of that name" : null,
      );
      continue;
    }
    const to = translation.append(["dashboard", "metrics"], made);
    translation.moveText([...path, "label"], [...to, "label"]);
    translation.moveText([...path, "memory_key"], [...to, "memory_key"]);
    if (format !== undefined) translation.noteMapped([...path, "format"], [...to, "format"]);
  }
}
