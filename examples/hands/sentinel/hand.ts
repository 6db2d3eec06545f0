import type { HandContext } from "hands";
import { HandsError } from "hands";
import type { Baseline, DatabaseHealth, Disk, Measurements, Parameters, SystemStats } from "./assess.ts";
import { assess, proposeLimits, readFigures } from "./assess.ts";

/** The last time a baseline was proposed, and what came of it; an answer of null is none so far. */
interface Proposal {
  readonly askedAt: string;
  readonly executionId: string;
  readonly answer: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a gate, a human or an operator says instead of yes. Everything else that goes wrong is a failure. */
const REFUSALS = ["approval_rejected", "approval_expired", "denied"];

export default async function sentinel(hand: HandContext) {
  const parameters = hand.parameters as unknown as Parameters;
  const measuredAt = hand.now().toISOString();
  const [measurements, baseline, proposal] = await Promise.all([
    measure(hand, parameters),
    recall<Baseline>(hand, "baseline"),
    recall<Proposal>(hand, "proposal"),
  ]);
  // The summary comes first: lists show the beginning of an output.
  const { summary, ...assessment } = assess(measurements, { baseline, parameters });
  const report = { summary, measuredAt, ...assessment };

  const askAgainAt = proposal === null ? null : addDays(proposal.askedAt, parameters.ask_again_after_days);
  if (!mayPropose(hand, { baseline, askAgainAt, measuredAt })) {
    return await publish(hand, { ...report, baseline: describeBaseline(baseline, proposal, askAgainAt) });
  }

  // Written before anybody is asked, so that the report is there while the request waits.
  await publish(hand, { ...report, baseline: { state: "proposed", text: "A baseline waits for approval." } });
  const asked = { askedAt: measuredAt, executionId: hand.executionId };
  await hand.tool("memory_set", { key: "proposal", value: { ...asked, answer: null } });
  const figures = readFigures(measurements);
  try {
    const adopted = await hand.tool<Baseline>("adopt_baseline", {
      measuredAt,
      measured: figures,
      limits: proposeLimits(figures, parameters),
    });
    return { ...report, baseline: { state: "adopted", text: "Adopted with this report.", ...adopted } };
  } catch (error) {
    if (!(error instanceof HandsError) || !REFUSALS.includes(error.code)) throw error;
    const refused = { ...asked, answer: error.message };
    await hand.tool("memory_set", { key: "proposal", value: refused });
    const againAt = addDays(asked.askedAt, parameters.ask_again_after_days);
    return { ...report, baseline: describeBaseline(baseline, refused, againAt) };
  }
}

async function measure(hand: HandContext, { disks }: Parameters): Promise<Measurements> {
  const [system, found, database, busiest] = await Promise.all([
    hand.tool<SystemStats>("system_stats"),
    hand.tool<{ disks: readonly Disk[] }>("disk_check", { paths: disks }),
    hand.tool<DatabaseHealth>("db_health"),
    hand.tool<{ processes: readonly object[] }>("process_list", { limit: 5 }).catch((error: unknown) => {
      hand.log.warn("processes cannot be listed here", { error: String(error) });
      return { processes: [] };
    }),
  ]);
  return { system, disks: found.disks, database, busiestProcesses: busiest.processes };
}

async function recall<Value>(hand: HandContext, key: string): Promise<Value | null> {
  const { value } = await hand.tool<{ value: Value | null }>("memory_get", { key });
  return value;
}

/** Asks once, and again only when it was told to or when the days after the last time have passed. */
function mayPropose(
  hand: HandContext,
  known: {
    readonly baseline: Baseline | null;
    readonly askAgainAt: string | null;
    readonly measuredAt: string;
  },
): boolean {
  if ((hand.input as { propose?: unknown } | null)?.propose === true) return true;
  if (known.baseline !== null) return false;
  return known.askAgainAt === null || known.measuredAt >= known.askAgainAt;
}

function describeBaseline(baseline: Baseline | null, proposal: Proposal | null, askAgainAt: string | null) {
  if (baseline !== null) {
    return {
      state: "adopted",
      text: `Adopted from the measurements of ${baseline.measuredAt}.`,
      ...baseline,
    };
  }
  const answer = proposal?.answer ?? null;
  if (answer !== null) {
    return {
      state: "refused",
      text: `The thresholds of HAND.toml are the limits. ${answer} A baseline is proposed again after ${askAgainAt}.`,
    };
  }
  return {
    state: "proposed",
    text: `The thresholds of HAND.toml are the limits. Execution ${proposal?.executionId} waits for a decision.`,
  };
}

/** The newest report is always at the same place of the workspace, whatever becomes of the execution. */
async function publish<Report extends object>(hand: HandContext, report: Report): Promise<Report> {
  await hand.tool("file_write", { path: "latest-report.json", content: JSON.stringify(report, null, 2) });
  return report;
}

function addDays(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * DAY_MS).toISOString();
}
