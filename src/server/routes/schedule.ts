import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { defineRoute } from "../route.ts";
import { calendar } from "../schemas/overview.ts";
import { instant } from "../schemas/parts.ts";
import { readCalendar } from "../views/calendar.ts";
import { DAY_MS } from "../views/day-figures.ts";

const LONGEST_SPAN_MS = 62 * DAY_MS;

const show = defineRoute({
  method: "get",
  path: "/api/schedule",
  id: "getSchedule",
  summary: "Fires past and to come: what ran, what was skipped and why, what will run",
  tag: "Overview",
  scope: "read",
  query: z.strictObject({
    /** Default: a day ago. */
    from: instant.optional(),
    /** Default: a week after `from`. At most 62 days after it. */
    to: instant.optional(),
    hand: z.string().max(64).optional(),
  }),
  answer: calendar,
  async handle({ query }, context) {
    const from = query.from === undefined ? context.runtime.store.nowMs() - DAY_MS : Date.parse(query.from);
    const to = query.to === undefined ? from + 7 * DAY_MS : Date.parse(query.to);
    if (to <= from || to - from > LONGEST_SPAN_MS) {
      throw new HandsError("invalid_argument", "`to` has to lie after `from`, by 62 days at most");
    }
    return await readCalendar(context, { from, to, handName: query.hand });
  },
});

export const scheduleRoutes = [show];
