import { z } from "zod";

/** A path inside the hand's workspace. */
export const workspacePath = z
  .string()
  .min(1)
  .max(1000)
  .refine((path) => !path.includes("\0"), "must not have a NUL character")
  .describe("A path inside your workspace, as in reports/today.md.");
