import { z } from "zod";

/** A key of a hand's memory. */
export const memoryKey = z.string().min(1).max(200).describe("The key, as in last_briefing or price/btc.");
