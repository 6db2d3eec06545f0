import { HandsError } from "../core/index.ts";
import type { CommandContext } from "./command-context.ts";

/**
 * Asks for a yes on stderr, where no is what Enter alone says. Somebody who is sure is not asked.
 *
 * Throws: `invalid_argument` where nobody can be asked.
 */
export async function confirm(
  context: CommandContext,
  { isSure, message }: { readonly isSure: boolean; readonly message: string },
): Promise<boolean> {
  if (isSure) return true;
  const { canAsk, questions } = context.terminal;
  if (!canAsk || context.isJson) {
    throw new HandsError("invalid_argument", "nobody is here to say yes", {
      hint: "Add --yes where you are sure. Nothing was changed.",
    });
  }
  const prompts = await import("@clack/prompts");
  return (await prompts.confirm({ ...questions, message, initialValue: false })) === true;
}
