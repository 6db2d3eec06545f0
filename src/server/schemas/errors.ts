import { z } from "zod";
import { jsonObject, textOrNull } from "./parts.ts";

/** What went wrong, and what to do. `code` is one of the library's closed list. */
export const apiError = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      hint: textOrNull,
      /** Facts for programs: which fields of a request are wrong, the problems of a broken hand, how an approval was decided. */
      details: jsonObject.optional(),
    }),
  })
  .meta({ id: "Error", description: "What went wrong, and what to do about it." });

/** A failure that is part of a record. */
export const failure = z.object({ code: z.string(), message: z.string() }).meta({ id: "Failure" });
