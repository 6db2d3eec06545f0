import type { SettingForm } from "../types.ts";
import type { LintRule } from "./types.ts";

/** A parameter whose value its own form would not let anybody choose. */
export const defaultNotAnOption: LintRule = {
  code: "default_not_an_option",
  check: ({ hand }) =>
    hand.settings.flatMap((form) => {
      const value = Object.hasOwn(hand.parameters, form.key) ? hand.parameters[form.key] : undefined;
      const expected = value === undefined ? null : describeMismatch(form, value);
      if (expected === null) return [];
      return [
        {
          kind: "manifest" as const,
          problem: {
            message: `\`${form.key}\` is ${JSON.stringify(value)}; its form takes ${expected}`,
            path: ["parameters", form.key],
            at: "value" as const,
            hint: "Choose a value that the form has, or add it to the form's `options`.",
          },
        },
      ];
    }),
};

/** What the form takes; null where the value fits. */
function describeMismatch({ type, options }: SettingForm, value: unknown): string | null {
  const known = options.map((option) => option.value);
  const list = known.map((option) => JSON.stringify(option)).join(", ");
  switch (type) {
    case "select":
      return known.length === 0 || known.some((option) => option === value) ? null : `one of ${list}`;
    case "multiselect":
      if (!Array.isArray(value)) return "a list";
      return known.length === 0 || value.every((item) => known.some((option) => option === item))
        ? null
        : `a list of ${list}`;
    case "toggle":
      return typeof value === "boolean" ? null : "true or false";
    case "number":
      return typeof value === "number" ? null : "a number";
    case "text":
      return typeof value === "string" ? null : "a text";
    case "secret":
      return null;
  }
}
