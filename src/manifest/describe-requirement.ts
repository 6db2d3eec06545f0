import type { Requirement } from "./types.ts";

/** What is missing, in words: "FFmpeg (the program `ffmpeg` on PATH)". */
export function describeRequirement({ label, binary, env }: Requirement): string {
  const thing =
    binary === null
      ? `the variable ${env.map((name) => `\`${name}\``).join(" or ")}`
      : `the program \`${binary}\` on PATH`;
  return `${label} (${thing})`;
}

/** How to get it, as its author says: "macos: brew install ffmpeg; pip: …". Null where nothing is said. */
export function describeInstallation({ install }: Requirement): string | null {
  const ways = Object.entries(install).map(
    ([system, text]) => `${system}: ${typeof text === "string" ? text : text.join(", then ")}`,
  );
  return ways.length === 0 ? null : ways.join("; ");
}
