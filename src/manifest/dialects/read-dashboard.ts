import type { JsonObject } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { METRIC_FORMATS } from "../types.ts";
import type { Translation } from "./translation.ts";

const TO: DocumentPath = ["dashboard", "metrics"];

/** `[dashboard] metrics`: figures of the hand's memory. */
export function readDashboard(translation: Translation, from: DocumentPath): void {
  const path = [...from, "metrics"];
  const metrics = translation.at(path);
  if (metrics === undefined) return;
  if (!Array.isArray(metrics)) {
    translation.loseWrong(path, "a list of tables");
    return;
  }
  if (metrics.length === 0) translation.noteMapped(path, [], "it names none");
  for (const [index, metric] of metrics.entries()) readMetric(translation, [...path, index], metric);
}

function readMetric(translation: Translation, from: DocumentPath, metric: unknown): void {
  const key = isPlainObject(metric) ? metric["memory_key"] : undefined;
  if (!isPlainObject(metric) || typeof key !== "string" || key === "") {
    translation.lose(from, "a metric needs a `memory_key`");
    return;
  }
  const made: JsonObject = { label: key, memory_key: key };
  const to = translation.append(TO, made);
  translation.noteMapped([...from, "memory_key"], [...to, "memory_key"]);
  translation.moveText([...from, "label"], [...to, "label"]);
  const format = metric["format"];
  if (format === undefined) return;
  const known = METRIC_FORMATS.find((name) => name === format);
  if (known === undefined)
    translation.lose([...from, "format"], "an unknown format; the value is shown as text");
  else translation.move([...from, "format"], [...to, "format"], known);
}
