import { HandsError } from "./errors.ts";

/** More than anybody writes, and less than what fills the stack of a function that calls itself for each level. */
export const DEEPEST_JSON = 200;

/**
 * Refuses JSON whose lists and objects are nested deeper than {@link DEEPEST_JSON}: the parser takes any depth, while what writes or
 * compares values calls itself for each level. Throws: `invalid_argument`.
 */
export function assertJsonDepth(text: string, what: string): void {
  let depth = 0;
  let isInText = false;
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place];
    if (isInText) {
      if (character === "\\") place += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === "]" || character === "}") depth -= 1;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > DEEPEST_JSON) {
        throw new HandsError("invalid_argument", `${what} is nested deeper than ${DEEPEST_JSON} levels`);
      }
    }
  }
}
