import { HandsError } from "../core/index.ts";
import type { ToolOrigin } from "./types.ts";

const TOOL_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Names of tools that the program makes itself: one from elsewhere could pretend that a human was asked. */
const RESERVED_NAMES: readonly string[] = ["request_approval"];

/** Throws: `invalid_argument` when a tool of that origin may not have the name. */
export function checkToolName(name: string, origin: ToolOrigin): void {
  if (!TOOL_NAME.test(name)) {
    throw new HandsError("invalid_argument", `${JSON.stringify(name)} is not a tool name`, {
      hint: "Use 1 to 64 letters, digits, '_', '-' or '.', beginning with a letter or a digit.",
    });
  }
  if (origin !== "builtin" && RESERVED_NAMES.includes(name)) {
    throw new HandsError("invalid_argument", `The tool name ${name} belongs to the program`, {
      hint: "Give the tool another name.",
    });
  }
}
