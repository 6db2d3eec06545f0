/** `npm run soak`, or a `HANDS_TEST_SCALE` above 1, asks for every point and every answer there is; else for those that differ most. */
export const isThorough =
  process.env["HANDS_SOAK"] === "1" || Number(process.env["HANDS_TEST_SCALE"] ?? "1") > 1;
