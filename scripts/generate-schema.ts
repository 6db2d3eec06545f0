import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createHandJsonSchema } from "../src/manifest/index.ts";
import { renderManifestReference, replaceGeneratedPart } from "./manifest-reference.ts";

const SCHEMA_FILE = fileURLToPath(new URL("../schema/hand.schema.json", import.meta.url));
const REFERENCE_FILE = fileURLToPath(new URL("../docs/manifest.md", import.meta.url));

/** The text of `schema/hand.schema.json`, with short lists of words on one line, as the formatter wants them. */
export function renderSchemaFile(): string {
  const text = JSON.stringify(createHandJsonSchema(), null, 2);
  return `${text.replace(/\[\n\s+("\w+"(?:,\n\s+"\w+")*)\n\s+\]/g, (_, words: string) => `[${words.replace(/\n\s+/g, " ")}]`)}\n`;
}

if (import.meta.main) {
  await writeFile(SCHEMA_FILE, renderSchemaFile());
  const reference = await readFile(REFERENCE_FILE, "utf8");
  await writeFile(
    REFERENCE_FILE,
    replaceGeneratedPart(reference, renderManifestReference(createHandJsonSchema())),
  );
  console.log("Wrote schema/hand.schema.json and the tables of docs/manifest.md.");
}
