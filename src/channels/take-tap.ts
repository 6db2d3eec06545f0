import type { Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { HandleTap, RequestTap, TapAnswer } from "./types.ts";

/** Hands a tap over. A failure of ours is an answer too: whoever pressed must not believe that it was decided. */
export async function takeTap(
  channelName: string,
  handle: HandleTap,
  tap: RequestTap,
  logger: Logger,
): Promise<TapAnswer> {
  try {
    return await handle(tap);
  } catch (error) {
    logger.error("a decision could not be recorded", { channel: channelName, error: describeError(error) });
    return {
      text: "This could not be recorded, so nothing was decided. Please try again.",
      isDecided: false,
    };
  }
}
