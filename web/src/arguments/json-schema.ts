import type { Json, JsonMembers } from "../api/types.ts";

/** What a form needs to know of one argument; everything that a form has no field for is edited as JSON. */
export type FieldKind =
  | { readonly kind: "text"; readonly isLong: boolean }
  | { readonly kind: "number"; readonly isWhole: boolean; readonly least?: number; readonly most?: number }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly choices: readonly (string | number)[] }
  | { readonly kind: "texts" }
  | { readonly kind: "members"; readonly fields: readonly Field[] }
  | { readonly kind: "json" };

export interface Field {
  readonly name: string;
  readonly description: string | null;
  readonly isRequired: boolean;
  readonly type: FieldKind;
}

export function isMembers(value: unknown): value is JsonMembers {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The fields of a tool's JSON Schema; members of the arguments that it does not name are edited as what they are. */
export function readFields(schema: JsonMembers | null, value: JsonMembers): readonly Field[] {
  const properties = isMembers(schema?.["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema?.["required"]) ? (schema["required"] as readonly Json[]) : [];
  const named = Object.entries(properties).map(([name, property]): Field => {
    const description = isMembers(property) ? property["description"] : undefined;
    return {
      name,
      description: typeof description === "string" ? description : null,
      isRequired: required.includes(name),
      type: readKind(isMembers(property) ? property : {}, value[name]),
    };
  });
  const others = Object.keys(value)
    .filter((name) => !(name in properties))
    .map((name): Field => ({ name, description: null, isRequired: true, type: kindOfValue(value[name]) }));
  return [...named, ...others];
}

function readKind(property: JsonMembers, value: Json | undefined): FieldKind {
  const choices = property["enum"];
  if (
    Array.isArray(choices) &&
    choices.every((each) => typeof each === "string" || typeof each === "number")
  ) {
    return { kind: "choice", choices: choices as readonly (string | number)[] };
  }
  switch (property["type"]) {
    case "string":
      return value === undefined || typeof value === "string" ? textKind(value) : { kind: "json" };
    case "integer":
    case "number":
      return {
        kind: "number",
        isWhole: property["type"] === "integer",
        ...(typeof property["minimum"] === "number" ? { least: property["minimum"] } : {}),
        ...(typeof property["maximum"] === "number" ? { most: property["maximum"] } : {}),
      };
    case "boolean":
      return { kind: "boolean" };
    case "array": {
      const items = property["items"];
      return isMembers(items) && items["type"] === "string" && isTexts(value ?? [])
        ? { kind: "texts" }
        : { kind: "json" };
    }
    case "object":
      return isMembers(property["properties"])
        ? { kind: "members", fields: readFields(property, isMembers(value) ? value : {}) }
        : { kind: "json" };
    default:
      return value === undefined ? { kind: "json" } : kindOfValue(value);
  }
}

function kindOfValue(value: Json | undefined): FieldKind {
  if (typeof value === "string") return textKind(value);
  if (typeof value === "number") return { kind: "number", isWhole: false };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (isTexts(value) && (value as readonly Json[]).length > 0) return { kind: "texts" };
  return { kind: "json" };
}

function textKind(value: string | undefined): FieldKind {
  return { kind: "text", isLong: value !== undefined && (value.length > 60 || value.includes("\n")) };
}

function isTexts(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
