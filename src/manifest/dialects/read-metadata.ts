import type { JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { Translation } from "./translation.ts";

/** Facts for people, kept as they are: they schedule nothing and hold nothing back. */
export function readMetadata(translation: Translation, from: DocumentPath): void {
  const metadata = translation.at(from);
  if (metadata === undefined) return;
  if (!isPlainObject(metadata)) {
    translation.loseWrong(from, "a table");
    return;
  }
  for (const [key, value] of Object.entries(metadata)) {
    const reason = key === "frequency" ? "shown; it starts nothing" : "shown to people, and nothing else";
    translation.move([...from, key], ["metadata", key], value as JsonValue, { reason });
  }
}
