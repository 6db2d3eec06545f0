import { z } from "zod";
import { defineTool } from "../define-tool.ts";

/** Reads domain knowledge that is not in the prompt. */
export const readSkill = defineTool({
  name: "read_skill",
  description:
    "Reads one of your skills: its instructions, or a file that belongs to it. Read a skill before you use it.",
  effect: "read",
  input: z.strictObject({
    name: z.string().min(1).max(64).describe("The skill's name, as listed in your instructions."),
    file: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe("A file of the skill's folder. Default: the instructions."),
  }),
  async execute({ name, file }, context) {
    return { name, file: file ?? null, text: await context.readSkill(name, file) };
  },
});
