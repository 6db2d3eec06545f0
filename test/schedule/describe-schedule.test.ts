import { expect, test } from "vitest";
import type { ScheduleConfig } from "../../src/schedule/index.ts";
import { describeSchedule } from "../../src/schedule/index.ts";

test.each<[config: ScheduleConfig, words: string]>([
  [{ cron: "0 7,19 * * *", timezone: "Europe/Berlin" }, "every day at 07:00 and 19:00, Europe/Berlin"],
  [{ cron: "5,35 7 * * *" }, "every day at 07:05 and 07:35, UTC"],
  [{ cron: "@daily" }, "every day at 00:00, UTC"],
  [{ cron: "0 0 7 * * *" }, "every day at 07:00, UTC"],
  [{ cron: "0 9 * * 1-5" }, "every Monday to Friday at 09:00, UTC"],
  [{ cron: "0 9 * * 6,7" }, "every Saturday and Sunday at 09:00, UTC"],
  [{ cron: "0 9 * * 0,7" }, "every Sunday at 09:00, UTC"],
  [{ cron: "0 9 1 * *" }, "on day 1 of every month at 09:00, UTC"],
  [{ cron: "0 9 L * *" }, "on the last day of every month at 09:00, UTC"],
  [{ cron: "* * * * *" }, "every minute, UTC"],
  [{ cron: "*/15 * * * *" }, "every 15 minutes, UTC"],
  [{ cron: "@hourly" }, "every hour, UTC"],
  [{ cron: "20 * * * *" }, "every hour at minute 20, UTC"],
  // Not every seven minutes: from :56 to :00 it is four.
  [{ cron: "*/7 * * * *" }, "cron */7 * * * *, UTC"],
  [{ cron: "0 9 15 * 1" }, "cron 0 9 15 * 1, UTC"],
  [{ cron: "0 9 * 6 *" }, "cron 0 9 * 6 *, UTC"],
  [{ cron: "*/10 9 * * 1" }, "every Monday at 09:00, 09:10, 09:20, 09:30, 09:40 and 09:50, UTC"],
  [{ cron: "*/15 * * * 1" }, "cron */15 * * * 1, UTC"],
  [{ cron: "30 0 7 * * *" }, "cron 30 0 7 * * *, UTC"],
  [{ cron: "0 9 * * 5#2" }, "cron 0 9 * * 5#2, UTC"],
  [{ interval: 1 }, "every second"],
  [{ interval: 90 }, "every 90 seconds"],
  [{ interval: 900 }, "every 15 minutes"],
  [{ interval: 3600 }, "every hour"],
  [{ interval: 172_800 }, "every 2 days"],
  [{ interval: 1.5 }, "every 1.5 seconds"],
  [{ at: "07:30", timezone: "Europe/Berlin" }, "every day at 07:30, Europe/Berlin"],
  [{ at: "2026-07-01T09:00:00Z" }, "once, at 2026-07-01T09:00:00Z"],
  [{ at: "2026-07-01T09:00+02:00" }, "once, at 2026-07-01T09:00+02:00"],
  [{ at: "2026-07-01T09:00", timezone: "Europe/Berlin" }, "once, at 2026-07-01T09:00, Europe/Berlin"],
  [
    { interval: 60, start: "2026-01-01T00:00Z", end: "2027-01-01T00:00Z" },
    "every minute, from 2026-01-01T00:00Z, until 2027-01-01T00:00Z",
  ],
])("%j reads: %s", (config, words) => {
  expect(describeSchedule(config)).toBe(words);
});
