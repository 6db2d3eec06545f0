import type { JsonObject } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { Translation } from "./translation.ts";

const TO: DocumentPath = ["requires"];
const KINDS: Readonly<Record<string, "binary" | "env">> = {
  binary: "binary",
  env_var: "env",
  api_key: "env",
  any_env_var: "env",
};

/** `[[requires]]`: what the machine must have. */
export function readRequirements(translation: Translation, from: DocumentPath): void {
  const entries = translation.at(from);
  if (entries === undefined) return;
  if (!Array.isArray(entries)) {
    translation.loseWrong(from, "a list of tables");
    return;
  }
  if (entries.length === 0) translation.noteMapped(from, [], "it names none");
  for (const [index, entry] of entries.entries()) {
    if (isPlainObject(entry)) readRequirement(translation, [...from, index], entry);
    else translation.loseWrong([...from, index], "a table");
  }
}

function readRequirement(
  translation: Translation,
  from: DocumentPath,
  entry: Readonly<Record<string, unknown>>,
): void {
  const { requirement_type: type = "binary", check_value: check = entry["key"] } = entry;
  const kind =
    typeof type === "string" && Object.hasOwn(KINDS, type.toLowerCase())
      ? KINDS[type.toLowerCase()]
      : undefined;
  if (kind === undefined || typeof check !== "string" || check.trim() === "") {
    translation.lose(
      from,
      "what it requires cannot be told; expected binary, env_var, api_key or any_env_var, and a check_value",
    );
    return;
  }
  const names = check
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const value =
    kind === "binary" || names.length < 2 ? (kind === "binary" ? check.trim() : (names[0] ?? check)) : names;
  const requirement: JsonObject = { [kind]: value };
  const to = translation.append(TO, requirement);
  for (const key of ["key", "check_value", "requirement_type"]) {
    if (Object.hasOwn(entry, key)) translation.noteMapped([...from, key], [...to, kind]);
  }
  translation.moveText([...from, "label"], [...to, "label"]);
  translation.moveText([...from, "description"], [...to, "description"]);
  translation.moveTruth([...from, "optional"], [...to, "optional"]);
  readInstallation(translation, [...from, "install"], [...to, "install"]);
}

/** Texts that are shown, and nothing else. */
function readInstallation(translation: Translation, from: DocumentPath, to: DocumentPath): void {
  const install = translation.at(from);
  if (install === undefined) return;
  if (!isPlainObject(install)) {
    translation.loseWrong(from, "a table of texts");
    return;
  }
  for (const [system, text] of Object.entries(install)) {
    const path = [...from, system];
    const texts = Array.isArray(text) ? text : [text];
    if (!texts.every((line) => typeof line === "string" && line !== ""))
      translation.loseWrong(path, "a text");
    else
      translation.move(path, [...to, system], Array.isArray(text) ? [...(text as string[])] : String(text));
  }
}
