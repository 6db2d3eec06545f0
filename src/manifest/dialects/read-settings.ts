import type { JsonObject, JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { SettingType } from "../types.ts";
import { SETTING_TYPES } from "../types.ts";
import type { Translation } from "./translation.ts";

const KEY = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]*$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SECRET_NAMES: DocumentPath = ["secrets", "names"];

/** `[[settings]]`: parameters with a form. One that stands for a variable of the environment is a secret, and no parameter. */
export function readSettings(translation: Translation, from: DocumentPath): void {
  const entries = translation.at(from);
  if (entries === undefined) return;
  if (!Array.isArray(entries)) {
    translation.loseWrong(from, "a list of tables");
    return;
  }
  if (entries.length === 0) translation.noteMapped(from, [], "it names none");
  for (const [index, entry] of entries.entries()) {
    const path = [...from, index];
    const key = isPlainObject(entry) ? entry["key"] : undefined;
    if (!isPlainObject(entry) || typeof key !== "string" || !KEY.test(key))
      translation.lose(path, "a setting needs a `key` of letters, digits, `_`, `.` and `-`");
    else if (translation.nativeAt(["settings", key]) !== undefined)
      translation.lose(path, `\`${key}\` is set twice; the first counts`);
    else readSetting(translation, path, key, entry);
  }
}

type Entry = Readonly<Record<string, unknown>>;

function readSetting(translation: Translation, from: DocumentPath, key: string, entry: Entry): void {
  const to: DocumentPath = ["settings", key];
  const type = chooseType(entry["setting_type"], entry["options"]);
  const variable = readVariable(entry["env_var"]);
  const isSecret = type === "secret" || variable !== undefined;
  translation.set(to, { type: isSecret ? "secret" : type });
  translation.noteMapped([...from, "key"], to);
  if (Object.hasOwn(entry, "setting_type"))
    translation.noteMapped(
      [...from, "setting_type"],
      [...to, "type"],
      isSecret && type !== "secret" ? "it stands for a variable, so it is a secret" : null,
    );
  translation.moveText([...from, "label"], [...to, "label"]);
  translation.moveText([...from, "description"], [...to, "description"]);
  if (isSecret) {
    readSecret(translation, from, key, entry, variable);
    return;
  }
  readOptions(translation, from, to, entry);
  readDefault(translation, from, key, type);
}

function chooseType(written: unknown, options: unknown): SettingType {
  const word = typeof written === "string" ? written.toLowerCase() : "";
  const known = SETTING_TYPES.find((type) => type === word);
  return known ?? (Array.isArray(options) && options.length > 0 ? "select" : "text");
}

function readVariable(written: unknown): string | undefined {
  return typeof written === "string" && VARIABLE.test(written) ? written : undefined;
}

/** Its value is never taken over: it belongs in the environment or the project's file. */
function readSecret(
  translation: Translation,
  from: DocumentPath,
  key: string,
  entry: Entry,
  variable: string | undefined,
): void {
  const to: DocumentPath = ["settings", key, "env"];
  const derived = key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  if (variable === undefined) translation.fillIn(to, derived, "no variable was named for this secret");
  else translation.move([...from, "env_var"], to, variable);
  addSecretName(translation, variable ?? derived);
  const value = entry["default"];
  if (value === "") translation.noteMapped([...from, "default"], to, "no value");
  else if (value !== undefined)
    translation.lose(
      [...from, "default"],
      "the value of a secret is not taken over: keep it in the environment or in [secrets] of hands.toml",
    );
}

function addSecretName(translation: Translation, name: string): void {
  const names = translation.nativeAt(SECRET_NAMES);
  if (!Array.isArray(names) || !names.includes(name)) translation.append(SECRET_NAMES, name);
}

function readOptions(translation: Translation, from: DocumentPath, to: DocumentPath, entry: Entry): void {
  const path = [...from, "options"];
  const options = entry["options"];
  if (options === undefined) return;
  if (!Array.isArray(options)) {
    translation.loseWrong(path, "a list of options");
    return;
  }
  if (options.length === 0) {
    translation.noteMapped(path, to, "it names none");
    return;
  }
  for (const [index, option] of options.entries()) {
    const place = [...path, index];
    const value = isPlainObject(option) ? option["value"] : option;
    if (typeof value !== "string" || value === "") {
      translation.loseWrong(isPlainObject(option) ? [...place, "value"] : place, "a text");
      continue;
    }
    const made: JsonObject = { value };
    const target = translation.append([...to, "options"], made);
    if (!isPlainObject(option)) {
      translation.noteMapped(place, target);
      continue;
    }
    translation.noteMapped([...place, "value"], [...target, "value"]);
    translation.moveText([...place, "label"], [...target, "label"]);
    translation.moveText([...place, "provider_env"], [...target, "env"], {
      reason: "a variable that this choice needs",
    });
    translation.moveText([...place, "binary"], [...target, "binary"], {
      reason: "a program that this choice needs",
    });
    if (value === entry["default"] && readVariable(option["provider_env"]) !== undefined)
      addSecretName(translation, String(option["provider_env"]));
  }
}

function readDefault(translation: Translation, from: DocumentPath, key: string, type: SettingType): void {
  const path = [...from, "default"];
  const to: DocumentPath = ["parameters", key];
  const written = translation.at(path);
  if (written === undefined) {
    translation.fillIn(to, emptyValue(translation, key, type), "no default was written");
    return;
  }
  const value = convertDefault(written as JsonValue, type);
  translation.move(
    path,
    to,
    value,
    value === written ? {} : { reason: `as a ${type} it is ${JSON.stringify(value)}` },
  );
}

/** Defaults are texts there, whatever the type. */
function convertDefault(written: JsonValue, type: SettingType): JsonValue {
  if (typeof written !== "string") return written;
  const text = written.trim();
  switch (type) {
    case "toggle":
      return /^(?:true|yes|on|1|enabled)$/i.test(text)
        ? true
        : /^(?:false|no|off|0|disabled|)$/i.test(text)
          ? false
          : written;
    case "number":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : written;
    case "multiselect":
      return text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case "select":
    case "text":
    case "secret":
      return written;
  }
}

function emptyValue(translation: Translation, key: string, type: SettingType): JsonValue {
  switch (type) {
    case "toggle":
      return false;
    case "number":
      return 0;
    case "multiselect":
      return [];
    case "select": {
      const first = translation.nativeAt(["settings", key, "options", 0, "value"]);
      return typeof first === "string" ? first : "";
    }
    case "text":
    case "secret":
      return "";
  }
}
