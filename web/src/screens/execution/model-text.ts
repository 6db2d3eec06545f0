import type { Json } from "../../api/types.ts";
import { isMembers } from "../../arguments/json-schema.ts";

/** The words of a model's reply. */
export function modelText(result: Json): string {
  if (typeof result === "string") return result;
  const text = isMembers(result) ? result["text"] : undefined;
  return typeof text === "string" ? text : "";
}
