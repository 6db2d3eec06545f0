import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HandsError } from "../core/index.ts";
import { parseManifest } from "../manifest/index.ts";
import { findSchemaAddress } from "./find-schema-address.ts";
import { TEMPLATES } from "./templates/templates.ts";

/** What was said of a new hand; null is as the template has it. */
export interface WantedHand {
  readonly template: string;
  readonly description: string | null;
  readonly schedule: string | null;
}

/**
 * Writes a new hand's folder and gives its files, absolute.
 *
 * Throws: `invalid_manifest` for a name or schedule that cannot be; `invalid_argument` where the folder is there, or there is no such template.
 */
export async function writeHand(
  handsDir: string,
  name: string,
  wanted: WantedHand,
): Promise<readonly string[]> {
  const template = TEMPLATES[wanted.template];
  if (template === undefined)
    throw new HandsError("invalid_argument", `there is no template ${wanted.template}`, {
      hint: `There are ${Object.keys(TEMPLATES).join(", ")}.`,
    });
  const dir = join(handsDir, name);
  const files = template.render({
    name,
    description: wanted.description ?? template.description,
    schedule: wanted.schedule ?? template.schedule,
    schemaAddress: findSchemaAddress(dir),
  });
  const parsed = parseManifest(files["HAND.toml"] ?? "", { path: "HAND.toml", handDir: dir });
  const errors = parsed.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new HandsError("invalid_manifest", `no hand can be made of ${JSON.stringify(name)}`, {
      hint: errors[0]?.hint ?? "Choose another name or schedule.",
      details: { diagnostics: errors },
    });
  }
  await mkdir(handsDir, { recursive: true });
  try {
    await mkdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new HandsError("invalid_argument", `${dir} is there already`, {
      hint: "Choose another name; nothing was changed.",
    });
  }
  const paths: string[] = [];
  for (const [file, content] of Object.entries(files)) {
    const path = join(dir, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
    paths.push(path);
  }
  return paths;
}
