import { openFilledDashboard } from "../fixtures/dashboard.ts";
import { measureDashboardSize } from "../fixtures/dashboard-size.ts";
import type { BenchCase, BenchPlace, Comparison, OpenContender } from "../harness/types.ts";

const EXECUTIONS = 5_000;
const STEPS = 10_000;
const FRAMES = 240;
/** As fast as a wheel is turned: 18,000 pixels a second where nothing is late. */
const PIXELS_PER_FRAME = 300;

/** What a browser has to fetch before the dashboard is there, and how it feels then. */
export const dashboard: BenchCase = {
  name: "dashboard",
  title: "The dashboard",
  list: ({ scale }) => [
    compareSize("size", "all files of the dashboard", [{ metric: "gzip", atMost: 200 }]),
    compareSize("first-screen", "of them what the overview loads", []),
    {
      id: "overview",
      title: `the overview of 20 hands and ${scale(EXECUTIONS).toLocaleString("en-US")} executions in Chromium, nothing in its cache`,
      metrics: {
        usable: {
          title: "from the address until the hands are shown and can be clicked",
          unit: "ms",
          better: "lower",
        },
      },
      contenders: [ours((place) => openOverview(place, scale(EXECUTIONS)))],
      targets: [],
    },
    {
      id: "scroll",
      title: `scrolling through an execution of ${scale(STEPS).toLocaleString("en-US")} steps in Chromium, ${FRAMES} frames of ${PIXELS_PER_FRAME} pixels`,
      metrics: {
        longest: { title: "longest frame", unit: "ms", better: "lower" },
        p95: { title: "frame, p95", unit: "ms", better: "lower" },
      },
      contenders: [ours((place) => openScroll(place, scale(STEPS)))],
      targets: [{ metric: "longest", atMost: 50 }],
      limit:
        "the browser draws with the processor here, and shares the machine's two cores with the server and what measures them",
    },
  ],
};

const ours = (open: (place: BenchPlace) => Promise<OpenContender>) =>
  ({ id: "hands", title: "hands", role: "ours", open }) as const;

function compareSize(id: "size" | "first-screen", title: string, targets: Comparison["targets"]): Comparison {
  return {
    id,
    title,
    rounds: 1,
    warmups: 0,
    metrics: {
      gzip: { title: "compressed with gzip", unit: "kB", better: "lower" },
      brotli: { title: "compressed with brotli", unit: "kB", better: "lower" },
      plain: { title: "not compressed", unit: "kB", better: "lower" },
    },
    contenders: [ours(async () => ({ measure: async () => measureDashboardSize(id === "first-screen") }))],
    targets,
  };
}

async function openOverview(place: BenchPlace, executions: number): Promise<OpenContender> {
  const { url, page, close } = await openFilledDashboard(place.makeFolder(), { executions, steps: 2 });
  const session = await page.context().newCDPSession(page);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  return {
    async measure() {
      await page.goto(url, { waitUntil: "commit" });
      await page.locator('a[href="/hands/hand-0"]').first().waitFor();
      // Two frames on, what was asked is drawn and nothing of it is left to do.
      const usable: number = await page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))",
      );
      return { usable };
    },
    close,
  };
}

async function openScroll(place: BenchPlace, steps: number): Promise<OpenContender> {
  const { url, page, executionId, close } = await openFilledDashboard(place.makeFolder(), {
    executions: 10,
    steps,
  });
  await page.goto(`${url}/executions/${executionId}`);
  await page.getByText(`${steps.toLocaleString("en-US")} steps`).waitFor();
  return {
    async measure() {
      const frames = (await page.evaluate(`(async () => {
        window.scrollTo(0, 0);
        await new Promise((done) => setTimeout(done, 500));
        const frames = [];
        let last = await new Promise(requestAnimationFrame);
        for (let frame = 0; frame < ${FRAMES}; frame += 1) {
          window.scrollBy(0, ${PIXELS_PER_FRAME});
          const now = await new Promise(requestAnimationFrame);
          frames.push(now - last);
          last = now;
        }
        return frames.sort((left, right) => left - right);
      })()`)) as readonly number[];
      return { longest: frames.at(-1) ?? 0, p95: frames[Math.floor(frames.length * 0.95)] ?? 0 };
    },
    close,
  };
}
