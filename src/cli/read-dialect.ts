import { parse, TomlError } from "smol-toml";
import { recogniseDialect } from "../manifest/index.ts";

/** Which form of manifest a text is; `unknown` for what is no TOML. */
export function readDialect(text: string): string {
  try {
    return recogniseDialect(parse(text.replace(/^\uFEFF+/, "")));
  } catch (error) {
    if (error instanceof TomlError) return "unknown";
    throw error;
  }
}
