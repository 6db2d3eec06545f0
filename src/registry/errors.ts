import type { ErrorCode, HandsErrorOptions } from "../core/index.ts";
import { findNearest, HandsError } from "../core/index.ts";
import type { Diagnostic } from "../manifest/index.ts";

/** What the registry throws. */
export class HandRegistryError extends HandsError {
  constructor(code: ErrorCode, message: string, options: HandsErrorOptions = {}) {
    super(code, message, options);
    this.name = "HandRegistryError";
  }
}

/** No hand of that name is known. Code: `hand_not_found`. */
export class HandNotFoundError extends HandRegistryError {
  constructor(handName: string, knownNames: Iterable<string> = []) {
    const nearest = findNearest(handName, knownNames);
    super("hand_not_found", `there is no hand ${JSON.stringify(handName)}`, {
      hint:
        nearest === undefined
          ? "`hands list` shows the hands there are. A hand is a folder with a HAND.toml in the hands folder."
          : `Did you mean ${JSON.stringify(nearest)}? \`hands list\` shows the hands there are.`,
      details: { handName },
    });
    this.name = "HandNotFoundError";
  }
}

/** The hand is there, but its manifest or something around it is wrong. Code: `hand_broken`. */
export class HandValidationError extends HandRegistryError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(handName: string, diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const first = errors[0];
    const place = first === undefined ? "" : `: ${first.file}${first.line === null ? "" : `:${first.line}`}`;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    super("hand_broken", `the hand ${handName} is broken${place}: ${first?.message ?? "unknown"}${more}`, {
      hint: first?.hint ?? "`hands validate` shows every problem at its place.",
      details: { handName, problems: diagnostics },
    });
    this.name = "HandValidationError";
    this.diagnostics = diagnostics;
  }
}
