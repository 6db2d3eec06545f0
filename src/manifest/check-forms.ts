import { isPlainObject } from "../core/index.ts";
import type { DocumentPath } from "./document-paths.ts";
import { formatPath, tableAt, valueAt } from "./document-paths.ts";
import type { ManifestProblem } from "./types.ts";

/** A form belongs to a parameter, or to a secret that is never one; a requirement names one thing. */
export function checkForms(document: unknown): ManifestProblem[] {
  const parameters = tableAt(document, ["parameters"]);
  const settings = Object.entries(tableAt(document, ["settings"])).flatMap(([key, form]) =>
    isPlainObject(form) ? checkSetting(key, form, parameters) : [],
  );
  const requires = valueAt(document, ["requires"]);
  return [...settings, ...(Array.isArray(requires) ? requires.flatMap(checkRequirement) : [])];
}

type Table = Readonly<Record<string, unknown>>;

function checkSetting(key: string, form: Table, parameters: Table): ManifestProblem[] {
  const path = ["settings", key];
  const hasValue = Object.hasOwn(parameters, key);
  if (form["type"] === "secret") {
    if (hasValue)
      return [
        problem(
          "error",
          `\`${formatPath(["parameters", key])}\` is the value of a secret, and parameters are shown to the model`,
          ["parameters", key],
          "Remove it here, and name the secret in the form's `env`.",
        ),
      ];
    return Object.hasOwn(form, "env")
      ? []
      : [
          problem(
            "error",
            `\`${formatPath(path)}\` is a secret without a name`,
            path,
            'Write `env = "NAME"`; the value belongs in the project\'s [secrets] or the environment.',
          ),
        ];
  }
  const isChoice = form["type"] === "select" || form["type"] === "multiselect";
  return [
    ...(hasValue
      ? []
      : [
          problem(
            "warning",
            `\`${formatPath(path)}\` is the form of a parameter that is not there`,
            path,
            `Write \`${key}\` with its default in [parameters].`,
          ),
        ]),
    ...(isChoice && !Object.hasOwn(form, "options")
      ? [problem("warning", `\`${formatPath(path)}\` has nothing to choose from`, path, "Add `options`.")]
      : []),
  ];
}

function checkRequirement(entry: unknown, index: number): ManifestProblem[] {
  if (!isPlainObject(entry)) return [];
  const hasBinary = Object.hasOwn(entry, "binary");
  if (hasBinary !== Object.hasOwn(entry, "env")) return [];
  const path = ["requires", index];
  const message = `\`${formatPath(path)}\` has ${hasBinary ? "both binary and env" : "neither binary nor env"}; expected one of them`;
  return [problem("error", message, path, "Write one entry for each program or variable.")];
}

function problem(
  severity: ManifestProblem["severity"],
  message: string,
  path: DocumentPath,
  hint: string,
): ManifestProblem {
  const code = path[0] === "requires" ? "invalid_requirement" : "invalid_setting";
  return { severity, code, message, path, at: "key", hint };
}
