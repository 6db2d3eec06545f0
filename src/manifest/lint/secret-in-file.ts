import { join } from "node:path";
import type { LintRule } from "./types.ts";

/** What keys of well-known services look like. The words of a match are never shown. */
const SHAPES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g],
  ["an API key of a model provider", /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}\b/g],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})\b/g],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/g],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}\b/g],
  ["a Telegram bot token", /\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g],
  ["a webhook's secret", /\bwhsec_[A-Za-z0-9+/]{24,}/g],
  ["an address with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"']+:[^\s:/@"'{}$<]{3,}@/gi],
];

/** A secret, by its shape, in the manifest, the prompt or a skill. */
export const secretInFile: LintRule = {
  code: "secret_in_file",
  check: ({ folder, texts, skillFiles }) => {
    const files = new Map([
      [join(folder.dir, "HAND.toml"), folder.text],
      ...texts.map(({ file, text }) => [file, text] as const),
      ...skillFiles.map(({ path, text }) => [join(folder.dir, path), text] as const),
    ]);
    return [...files].flatMap(([file, text]) =>
      SHAPES.flatMap(([name, pattern]) =>
        [...text.matchAll(pattern)].map((match) => ({
          kind: "text" as const,
          file,
          text,
          offset: match.index,
          message: `This looks like ${name}, and the file is shown to the model and to people`,
          hint: "Revoke it, keep the new one in the environment, and name it in [secrets].",
        })),
      ),
    );
  },
};
