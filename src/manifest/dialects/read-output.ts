import type { JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { OUTPUT_FORMATS } from "../types.ts";
import type { Translation } from "./translation.ts";

const FORMATS: Readonly<Record<string, (typeof OUTPUT_FORMATS)[number]>> = {
  markdown: "markdown",
  md: "markdown",
  text: "markdown",
  json: "json",
  html: "html",
};
const ON_THE_PAGE = new Set(["dashboard", "stdout", "console", "none", "log", "return"]);
const CHANNELS = new Set(["telegram", "slack", "discord", "email", "ntfy", "webhook"]);

/** A table that says where output goes and in which form. */
export function readOutput(translation: Translation, from: DocumentPath): void {
  const output = translation.at(from);
  if (output === undefined) return;
  if (!isPlainObject(output)) {
    readOutputMode(translation, from);
    return;
  }
  readFormat(translation, [...from, "format"]);
  readChannel(translation, [...from, "channel"]);
  for (const key of ["path", "file", "dir", "file_drop"]) readFolder(translation, [...from, key]);
  for (const key of ["mode", "type", "destination"]) readOutputMode(translation, [...from, key]);
  translation.moveTruth([...from, "dashboard"], ["output", "dashboard"]);
}

/** One word for where the output goes. */
export function readOutputMode(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  if (written === undefined) return;
  const word = typeof written === "string" ? written.trim().toLowerCase() : "";
  const name = translation.nativeAt(["hand", "name"]);
  if (ON_THE_PAGE.has(word))
    translation.noteMapped(from, ["output", "dashboard"], "the output is on the hand's page in any case");
  else if (word === "file")
    translation.move(from, ["output", "file_drop"], `data/${typeof name === "string" ? name : "output"}/`, {
      reason: "no folder was named",
    });
  else if (CHANNELS.has(word)) readChannel(translation, from);
  else if (Object.hasOwn(FORMATS, word)) readFormat(translation, from);
  else translation.lose(from, "no channel, file or form is called so; the output is on the hand's page");
}

function readFormat(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  if (written === undefined) return;
  const word = typeof written === "string" ? written.toLowerCase() : "";
  const format = Object.hasOwn(FORMATS, word) ? FORMATS[word] : undefined;
  if (format === undefined) translation.lose(from, "no form of output is called so; it is Markdown");
  else translation.move(from, ["output", "format"], format);
}

/** A channel leads outside, so delivery to it asks. */
function readChannel(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  if (written === undefined) return;
  const names: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (names.length === 0 || !names.every((name) => typeof name === "string" && name !== "")) {
    translation.loseWrong(from, "the name of a channel");
    return;
  }
  translation.move(from, ["output", "channel"], [...names] as JsonValue);
  if (translation.nativeAt(["approval_gates", "broadcast"]) === undefined)
    translation.fillIn(
      ["approval_gates", "broadcast"],
      { action: "broadcast", description: "Deliver the output" },
      "delivery leaves this machine, so it asks",
    );
}

function readFolder(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  if (typeof written !== "string") {
    if (written !== undefined) translation.loseWrong(from, "a folder");
    return;
  }
  const folder = written.replace(/^\.\//, "").replace(/[^/]*\.[A-Za-z0-9]+$/, "");
  if (folder === "" || /^[/\\~]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(folder))
    translation.lose(from, "output files go into a folder of the project: write `file_drop`");
  else
    translation.move(
      from,
      ["output", "file_drop"],
      folder,
      folder === written ? {} : { reason: "the folder; each output is a file of its own" },
    );
}
