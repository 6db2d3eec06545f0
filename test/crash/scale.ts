/** Above 1, `HANDS_TEST_SCALE` asks for every point and every answer there is; else for those that differ most. */
export const isThorough = Number(process.env["HANDS_TEST_SCALE"] ?? "1") > 1;
