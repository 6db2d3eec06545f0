import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { listFolder } from "../folder-files.ts";
import type { HandTexts } from "../read-hand-texts.ts";
import type { HandConfig } from "../types.ts";
import { loadPackage } from "./load-package.ts";
import type { ForeignDialect } from "./recognise-dialect.ts";
import { MANIFEST_FILE } from "./types.ts";

/** The texts of a hand of another format. Throws what the file system throws. */
export async function readPackageTexts({ handDir }: HandConfig, dialect: ForeignDialect): Promise<HandTexts> {
  const text = await readFile(join(handDir, MANIFEST_FILE), "utf8");
  const { translated } = await loadPackage(text, dialect, {
    handDir,
    folderName: basename(handDir),
    listing: listFolder(handDir),
  });
  const { systemPrompt, skills } = translated;
  return { systemPrompt, skillTexts: skills.map(({ name, text: body }) => ({ name, text: body })) };
}
