import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MachineDescription } from "./machine.ts";
import type { Metric, Role, Sample, Target } from "./types.ts";

/** What a contender came to. */
export interface ContenderResult {
  readonly id: string;
  readonly title: string;
  readonly role: Role;
  /** One of each round; none where it did not run. */
  readonly samples: readonly Sample[];
  /** Why it did not run here. */
  readonly notRun?: string;
}

export interface ComparisonResult {
  readonly id: string;
  readonly title: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly contenders: readonly ContenderResult[];
  readonly targets: readonly Target[];
  readonly limit?: string;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly takenAt: string;
  readonly scale: number;
  readonly machine: MachineDescription;
  readonly comparisons: readonly ComparisonResult[];
}

export const RESULTS_FOLDER = path.join(import.meta.dirname, "..", "results");

/** One file a case, so that a case can be run again by itself. */
export function writeCaseResult(result: CaseResult, folder = RESULTS_FOLDER): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${result.name}.json`);
  writeFileSync(file, `${JSON.stringify(result, roundFigures, 2)}\n`);
  return file;
}

export function readCaseResults(folder = RESULTS_FOLDER): ReadonlyMap<string, CaseResult> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "guard.json");
  const results = files.map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as CaseResult,
  );
  return new Map(results.map((result) => [result.name, result]));
}

/** Four digits are more than any of these figures is worth. */
function roundFigures(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
