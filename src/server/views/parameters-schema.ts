import type { JsonObject } from "../../core/index.ts";
import type { HandConfig, SettingForm } from "../../manifest/index.ts";

/** The forms of a hand's parameters as a JSON Schema, for the form of the dashboard; null where it has none. */
export function createParametersSchema(hand: Pick<HandConfig, "settings">): JsonObject | null {
  const forms = hand.settings.filter(({ type }) => type !== "secret");
  if (forms.length === 0) return null;
  return {
    type: "object",
    properties: Object.fromEntries(forms.map((form) => [form.key, describeForm(form)])),
  };
}

function describeForm(form: SettingForm): JsonObject {
  const words =
    form.label === form.key ? form.description : [form.label, form.description].filter(Boolean).join(": ");
  return { ...(words === null || words === "" ? {} : { description: words }), ...describeType(form) };
}

function describeType({ type, options }: SettingForm): JsonObject {
  const values = options.map(({ value }) => value);
  switch (type) {
    case "select":
      return values.length === 0 ? { type: "string" } : { type: "string", enum: values };
    case "multiselect":
      return {
        type: "array",
        items: values.length === 0 ? { type: "string" } : { type: "string", enum: values },
      };
    case "toggle":
      return { type: "boolean" };
    case "number":
      return { type: "number" };
    case "text":
    case "secret":
      return { type: "string" };
  }
}
