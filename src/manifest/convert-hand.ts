import type { HandConversion } from "./dialects/convert-hand.ts";

/**
 * Reads a manifest of any format that is known, and gives the native package. Writes nothing. The readers are loaded with the first call.
 *
 * Throws: `invalid_argument` when the file cannot be read; `invalid_manifest` when it is no TOML, or no hand.
 */
export async function convertHand(manifestPath: string): Promise<HandConversion> {
  const { convertHand: convert } = await import("./dialects/convert-hand.ts");
  return await convert(manifestPath);
}
