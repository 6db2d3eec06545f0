import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { judgeAdvantage } from "../../bench/guard/judge-advantage.ts";

const execute = promisify(execFile);

test("no guarded ratio is more than 30 % worse than the committed one", { timeout: 200_000 }, async () => {
  const { stdout } = await execute(process.execPath, ["--expose-gc", "bench/main.ts", "--guard"]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout.match(/^ok {4}/gm) ?? []).toHaveLength(7);
  expect(stdout).not.toContain("FAILED");
});

test("a ratio fails when ours costs over 30 % more than before, and not when it costs less", () => {
  expect(judgeAdvantage(0.5, 0.64).isWell).toBe(true);
  expect(judgeAdvantage(0.5, 0.66).isWell).toBe(false);
  expect(judgeAdvantage(4, 2).isWell).toBe(true);
  expect(judgeAdvantage(2, 4)).toEqual({
    isWell: false,
    text: "2.00× faster, committed 4.00× faster: 100 % worse",
  });
});
