import { z } from "zod";

/** An address of the Web. */
export const webAddress = z
  .url({ protocol: /^https?$/, error: "must be a whole address that begins with https:// or http://" })
  .max(4000)
  .describe("The whole address, as in https://example.com/page.");
