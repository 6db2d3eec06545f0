import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ComparisonResult, ContenderResult } from "./results.ts";
import type { BenchPlace, Comparison, Contender, OpenContender, Sample } from "./types.ts";
import { NotRunHere } from "./types.ts";

export interface RunOptions {
  readonly rounds: number;
  /** Where measurements leave their files. Default: the system's temporary folder. */
  readonly root?: string;
  /** Told of each step. */
  readonly onProgress: (message: string) => void;
}

type Entrant =
  | { readonly contender: Contender; readonly open: OpenContender; readonly samples: Sample[] }
  | { readonly contender: Contender; readonly notRun: string };

/**
 * Has all contenders do the work in turns, after a warm-up, each round beginning with another: so that none always has the warmer machine.
 * What a contender throws ends the run; only {@link NotRunHere} is a result.
 */
export async function runComparison(comparison: Comparison, options: RunOptions): Promise<ComparisonResult> {
  const { rounds = options.rounds, warmups = 1 } = comparison;
  const folders: string[] = [];
  const place: BenchPlace = {
    makeFolder() {
      const folder = mkdtempSync(path.join(options.root ?? tmpdir(), "hands-bench-"));
      folders.push(folder);
      return folder;
    },
  };
  const entrants: Entrant[] = [];
  try {
    for (const contender of comparison.contenders) {
      options.onProgress(`${comparison.title}: ${contender.title} gets ready`);
      entrants.push(await enter(contender, place));
    }
    const running = entrants.filter((entrant) => "open" in entrant);
    for (const { contender, open } of running) {
      options.onProgress(`${comparison.title}: ${contender.title} warms up`);
      for (let run = 0; run < warmups; run += 1) await open.measure();
    }
    for (let round = 0; round < rounds; round += 1) {
      const turn = round % Math.max(running.length, 1);
      for (const { contender, open, samples } of [...running.slice(turn), ...running.slice(0, turn)]) {
        options.onProgress(`${comparison.title}: ${contender.title}, round ${round + 1} of ${rounds}`);
        globalThis.gc?.();
        samples.push(await open.measure());
      }
    }
  } finally {
    for (const entrant of entrants) if ("open" in entrant) await entrant.open.close?.();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  const { id, title, metrics, targets, limit } = comparison;
  const contenders = entrants.map(toResult);
  return { id, title, metrics, contenders, targets, ...(limit === undefined ? {} : { limit }) };
}

async function enter(contender: Contender, place: BenchPlace): Promise<Entrant> {
  try {
    return { contender, open: await contender.open(place), samples: [] };
  } catch (error) {
    if (error instanceof NotRunHere) return { contender, notRun: error.message };
    throw error;
  }
}

function toResult(entrant: Entrant): ContenderResult {
  const { id, title, role } = entrant.contender;
  if ("notRun" in entrant) return { id, title, role, samples: [], notRun: entrant.notRun };
  return { id, title, role, samples: entrant.samples };
}
