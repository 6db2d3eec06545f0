import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/manifest/index.ts";
import { findModelConfiguration } from "../../src/models/model-configuration.ts";
import { KNOWN_PROVIDERS } from "../../src/models/providers.ts";

interface ModelTable {
  readonly name?: string;
  readonly base_url?: string;
  readonly api_key?: { readonly env: string };
  readonly providers?: Readonly<Record<string, ModelTable>>;
}

const markdown = await readFile(new URL("../../docs/models.md", import.meta.url), "utf8");
const blocksOf = (language: string) =>
  [...markdown.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );

/** As the project's configuration does it, with every variable set to its own name. */
function toSettings(table: ModelTable) {
  const keys = ({ base_url, api_key }: ModelTable) => ({
    baseUrl: base_url ?? null,
    apiKey: api_key?.env ?? null,
  });
  const providers = Object.entries(table.providers ?? {}).map(([name, own]) => [name, keys(own)]);
  return { name: table.name ?? null, ...keys(table), providers: Object.fromEntries(providers) };
}

describe("docs/models.md", () => {
  const examples = blocksOf("toml");
  const environment = { ANTHROPIC_API_KEY: "k" };

  it("has an example of every kind", () => expect(examples).toHaveLength(8 + 1));

  it.each(examples)("has an example that configures a model: %s", (example) => {
    const { model } = parse(example) as unknown as { readonly model: ModelTable };
    const settings = toSettings(model);
    expect(findModelConfiguration(null, settings, environment)).toMatchObject({ name: model.name });
    for (const [provider, own] of Object.entries(settings.providers)) {
      const found = findModelConfiguration(`${provider}/x`, settings, environment);
      expect(found).toMatchObject({ provider, apiKey: (own as { apiKey: string }).apiKey });
    }
  });

  it("has a schema of an output that a manifest takes", () => {
    const [text = ""] = [...markdown.matchAll(/```toml HAND\.toml\n([\s\S]*?)```/g)].map(
      (match) => match[1] ?? "",
    );
    const { hand, diagnostics } = parseManifest(`[hand]\nname = "judge"\n${text}`, { path: "HAND.toml" });
    expect(diagnostics).toEqual([]);
    expect(hand?.output.schema).toMatchObject({ required: ["score"] });
    const [, beside = ""] =
      /```toml HAND\.toml beside answer\.schema\.json\n([\s\S]*?)```/.exec(markdown) ?? [];
    const other = parseManifest(`[hand]\nname = "judge"\n${beside}`, { path: "HAND.toml" });
    expect(other.hand?.output.schemaPath).toBe("answer.schema.json");
  });

  it("names every provider, and the variable of its key", () => {
    for (const [name, { apiKeyVariable }] of Object.entries(KNOWN_PROVIDERS)) {
      expect(markdown).toContain(`${name}/`);
      if (apiKeyVariable !== null) expect(markdown).toContain(`| \`${name}/…\` | \`${apiKeyVariable}\` |`);
    }
  });

  it("has a program that runs and prints what it says", async () => {
    const door = fileURLToPath(new URL("../../src/models/index.ts", import.meta.url));
    const [program = ""] = blocksOf("ts");
    const source = program.replace('"hands"', JSON.stringify(door));
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module-typescript",
      "--disable-warning=ExperimentalWarning",
      "--eval",
      source,
    ]);
    expect(program).toContain(`// ${stdout.trim()}`);
  });
});
