import fc from "fast-check";

/** `npm test` tries the same inputs each time, so that it fails for what was changed and for nothing else; `npm run soak` tries others. */
const SEED = 6;

if (process.env["HANDS_SOAK"] !== "1") fc.configureGlobal({ seed: SEED });

export { fc };
