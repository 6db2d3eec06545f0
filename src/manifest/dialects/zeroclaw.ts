import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { readModel, readPromptText, readSampling, readStepLimit } from "./read-agent.ts";
import { readIdentity } from "./read-identity.ts";
import { readOutput } from "./read-output.ts";
import { readCron, readInterval } from "./read-schedule-text.ts";
import { readTools } from "./read-tools.ts";
import { Translation } from "./translation.ts";
import type { DialectReader } from "./types.ts";

const TO: DocumentPath = ["hand", "schedule"];

/** zeroclaw: one file with a prompt and a schedule. */
export const readZeroclaw: DialectReader = (source) => {
  const translation = new Translation(source);
  readIdentity(translation, []);
  if (!readPromptText(translation, ["prompt"]))
    translation.noteMissing("its `prompt`", "Write what the hand shall do into SYSTEM.md.", ["prompt"]);
  readZeroclawSchedule(translation);
  readModel(translation, ["provider"], ["model"]);
  readSampling(translation, []);
  readStepLimit(translation, ["max_iterations"]);
  for (const key of ["tools", "allowed_tools"]) readTools(translation, [key]);
  for (const key of ["output", "delivery"]) readOutput(translation, [key]);
  return translation.finish();
};

function readZeroclawSchedule(translation: Translation): void {
  const from: DocumentPath = ["schedule"];
  const schedule = translation.at(from);
  if (!isPlainObject(schedule)) return;
  const { kind } = schedule;
  if (kind === "cron" && readCron(translation, from, ["expr", "expression", "cron"])) {
    translation.noteMapped([...from, "kind"], [...TO, "cron"]);
    return;
  }
  if (kind === "every") {
    const found =
      readInterval(translation, [...from, "every_ms"], 0.001) ||
      ["every", "interval", "interval_secs", "seconds"].some((key) =>
        readInterval(translation, [...from, key]),
      );
    if (found) {
      translation.noteMapped([...from, "kind"], [...TO, "interval"]);
      return;
    }
  }
  if (kind === "at" && translation.moveText([...from, "at"], [...TO, "at"]) !== undefined) {
    translation.noteMapped([...from, "kind"], [...TO, "at"]);
    return;
  }
  const place = kind === undefined ? from : [...from, "kind"];
  translation.noteMissing(
    "the time of its schedule",
    'Write `schedule = "0 7 * * *"` or `schedule = { interval = "15m" }` below [hand].',
    place,
  );
  translation.lose(place, "cron needs `expr`, every needs `every_ms` or `every`, at needs `at`");
}
