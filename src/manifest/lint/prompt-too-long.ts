import type { LintRule } from "./types.ts";

/** Bytes of a token, in English prose. */
const BYTES_PER_TOKEN = 4;
/** Tokens that servers of local models take unless they are told otherwise. */
const LOCAL_WINDOW_TOKENS = 4096;
/** Tokens that every common hosted model takes. */
const HOSTED_WINDOW_TOKENS = 128_000;
const LOCAL_PROVIDERS = new Set(["ollama", "lmstudio", "llamacpp"]);

/** A prompt that with its plain skills is longer than its model, or its own limit, can take. */
export const promptTooLong: LintRule = {
  code: "prompt_too_long",
  check: ({ hand, texts }) => {
    const tokens = Math.ceil(
      texts.reduce((sum, { text, start, end }) => sum + Buffer.byteLength(text.slice(start, end)), 0) /
        BYTES_PER_TOKEN,
    );
    const provider = hand.model.name?.split("/", 1)[0] ?? "";
    const window = LOCAL_PROVIDERS.has(provider) ? LOCAL_WINDOW_TOKENS : HOSTED_WINDOW_TOKENS;
    const { maxTokens } = hand.limits;
    const isOverLimit = maxTokens !== null && tokens >= maxTokens;
    if (!isOverLimit && tokens <= window) return [];
    return [
      {
        kind: "manifest",
        problem: {
          message: isOverLimit
            ? `The prompt alone has about ${tokens} tokens, and \`limits.max_tokens\` allows ${maxTokens}`
            : `The prompt has about ${tokens} tokens; ${hand.model.name ?? "most models"} can be counted on for ${window}`,
          path: isOverLimit
            ? ["limits", "max_tokens"]
            : hand.model.name === null
              ? ["hand"]
              : ["model", "name"],
          at: isOverLimit ? "value" : "key",
          hint: "Move knowledge into skills/<name>/SKILL.md, which is read only when it fits.",
        },
      },
    ];
  },
};
