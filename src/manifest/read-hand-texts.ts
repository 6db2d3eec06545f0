import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HandConfig } from "./types.ts";

/** What a model brain is told, besides its parameters. */
export interface HandTexts {
  /** The text of `SYSTEM.md`, or what stands for it in another format; null where there is none. */
  readonly systemPrompt: string | null;
  /** The texts of plain skills, in order. */
  readonly skillTexts: readonly { readonly name: string; readonly text: string }[];
}

/** Reads the texts of a hand from the folder it was loaded from. Throws what the file system throws. */
export async function readHandTexts(hand: HandConfig): Promise<HandTexts> {
  if (hand.dialect !== "native") {
    const { readPackageTexts } = await import("./dialects/read-package-texts.ts");
    return await readPackageTexts(hand, hand.dialect);
  }
  const { handDir, systemPromptPath, skills } = hand;
  return {
    systemPrompt: systemPromptPath === null ? null : await readFile(systemPromptPath, "utf8"),
    skillTexts: await Promise.all(
      skills
        .filter((skill) => skill.kind === "file")
        .map(async ({ name, path }) => ({ name, text: await readFile(join(handDir, path), "utf8") })),
    ),
  };
}
