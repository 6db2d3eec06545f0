import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/core/index.ts";
import type { CatchUpPolicy, ScheduleConfig } from "../../src/schedule/index.ts";
import { compileSchedule, describeSchedule, nextFires, planFires } from "../../src/schedule/index.ts";

const page = readFileSync(new URL("../../docs/schedules.md", import.meta.url), "utf8");

const blocks = [...page.matchAll(/^```toml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => ({
  block,
  written: parse(block).schedule as string | Record<string, string>,
}));

/** The values of the comment lines that begin with a word. */
function lines(block: string, word: string): string[] {
  return [...block.matchAll(new RegExp(`^# ${word}(?: +(.*))?$`, "gm"))].map(([, value = ""]) => value);
}

function toConfig(written: string | Record<string, string>): ScheduleConfig {
  if (typeof written === "string") return { cron: written };
  const { interval, ...others } = written;
  return interval === undefined ? others : { ...others, interval: parseDuration(interval) / 1000 };
}

describe("the blocks of docs/schedules.md", () => {
  test("are found", () => expect(blocks.length).toBeGreaterThan(10));

  test.each(blocks)("$written does what the page says", ({ block, written }) => {
    const config = toConfig(written);
    const [refused] = lines(block, "refused");
    if (refused !== undefined) {
      expect(() => compileSchedule(config)).toThrowError(refused);
      return;
    }
    const [from = ""] = lines(block, "from");
    const expected = lines(block, "fires");
    expect(expected.length).toBeGreaterThan(0);
    const isEnding = lines(block, "ends").length > 0;
    const fires = nextFires(config, { from: new Date(from), count: expected.length + (isEnding ? 1 : 0) });
    expect(fires.map((fire) => fire.toISOString().replace(".000Z", "Z"))).toEqual(expected);
    for (const words of lines(block, "reads")) expect(describeSchedule(config)).toBe(words);
  });
});

/** The cells of the rows of the table whose head begins with a text, without the back-ticks of code. */
function tableRows(head: string): string[][] {
  const [, body = ""] = page.split(`| ${head}`);
  const [, , ...rows] = (body.split("\n\n")[0] ?? "").split("\n");
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

/** An instant on the wall, as its date, and its time with the offset from UTC. */
function readWall(instant: Date, timezone: string): { day: string; time: string } {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const [day = "", time = ""] = format.format(instant).split(" ");
  const offsetMinutes = (Date.parse(`${day}T${time}Z`) - instant.getTime()) / 60_000;
  const sign = offsetMinutes < 0 ? "-" : "+";
  const twoDigits = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return {
    day,
    time: `${time}${sign}${twoDigits(Math.abs(offsetMinutes) / 60)}:${twoDigits(Math.abs(offsetMinutes) % 60)}`,
  };
}

describe("the table of clock changes in docs/schedules.md", () => {
  const rows = tableRows("timezone | day |");

  test("is found", () => expect(rows.length).toBeGreaterThan(12));

  test.each(rows)(
    "%s on %s (%s): %s fires %s",
    (timezone = "", day = "", _change, cron = "", expected = "") => {
      const from = new Date(Date.parse(`${day}T00:00Z`) - 2 * 86_400_000);
      const onThatDay = nextFires({ cron, timezone }, { from, count: 60 })
        .map((fire) => readWall(fire, timezone))
        .filter((wall) => wall.day === day);
      expect(onThatDay.map(({ time }) => time).join(" ") || "none").toBe(expected);
    },
  );
});

describe("the table of missed fires in docs/schedules.md", () => {
  const rows = tableRows("the hand ");

  test("is found", () => expect(rows).toHaveLength(3));

  test.each(rows)("%s runs %s and skips %s", (policy = "", runs = "", skipped = "") => {
    const schedule = compileSchedule({ cron: "30 * * * *" });
    const plan = planFires({
      schedule,
      dueAt: Date.parse("2026-01-01T08:30Z"),
      nowMs: Date.parse("2026-01-01T12:00Z"),
      anchorMs: 0,
      catchUp: /"(.*)"/.exec(policy)?.[1] as CatchUpPolicy,
    });
    const clock = (instant: number) => new Date(instant).toISOString().slice(11, 16);
    expect(plan.run.map(clock).join(", ") || "none").toBe(runs);
    const [range] = plan.skipped;
    expect(
      range === undefined ? "none" : `${clock(range.first)} to ${clock(range.last)}, ${range.count} fires`,
    ).toBe(skipped);
  });
});
