import { formatDuration } from "../core/index.ts";
import type { StepJson, Store } from "../store/index.ts";
import { listSteps, toStepsJson } from "../store/index.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";
import type { Spinner } from "./spinner.ts";
import type { Colors } from "./terminal.ts";

/** Shows the steps of one execution as they come, whichever process runs it. */
export class ExecutionFollower {
  readonly #store: Store;
  readonly #executionId: string;
  readonly #spinner: Spinner;
  readonly #colors: Colors;
  readonly #seen = new Map<number, string>();
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #mustLookAgain = false;
  readonly #stopListening: () => void;

  constructor(parts: {
    readonly store: Store;
    readonly executionId: string;
    readonly spinner: Spinner;
    readonly colors: Colors;
  }) {
    this.#store = parts.store;
    this.#executionId = parts.executionId;
    this.#spinner = parts.spinner;
    this.#colors = parts.colors;
    this.#stopListening = this.#store.onChange(({ topics }) => {
      const isOurs = topics?.some(
        (topic) => "executionId" in topic && topic.executionId === this.#executionId,
      );
      if (isOurs ?? true) this.#look();
    });
    this.#look();
  }

  /** Shows what has come until now. */
  async catchUp(): Promise<void> {
    this.#look();
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#stopListening();
    await this.catchUp();
    this.#spinner.show(undefined);
  }

  #look(): void {
    this.#mustLookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looking = this.#lookUntilStill().finally(() => {
      this.#isLooking = false;
    });
    // A store that is being closed has nothing more to show; whoever waits in `catchUp` is told.
    this.#looking.catch(() => {});
  }

  async #lookUntilStill(): Promise<void> {
    while (this.#mustLookAgain) {
      this.#mustLookAgain = false;
      const steps = toStepsJson(await listSteps(this.#store, this.#executionId));
      for (const step of steps) this.#showStep(step);
      const current = steps.findLast((step) => step.status === "executing");
      this.#spinner.show(current === undefined ? undefined : describeStep(current));
    }
  }

  #showStep(step: StepJson): void {
    if (this.#seen.get(step.index) === step.status) return;
    const isFirst = !this.#seen.has(step.index);
    this.#seen.set(step.index, step.status);
    const line = formatStep(step, this.#colors, isFirst);
    if (line !== null) this.#spinner.print(line);
  }
}

/** One line for a step that has got somewhere; null for one that only goes on. */
export function formatStep(step: StepJson, colors: Colors, isFirst = true): string | null {
  const { green, red, yellow, dim } = colors;
  const place = dim(String(step.index).padStart(3));
  const took = describeTime(step);
  switch (step.status) {
    case "done":
      return `${place} ${green("✓")} ${describeStep(step)}${dim(describeOutcome(step))}${dim(took)}`;
    case "failed":
      return `${place} ${red("✗ failed")} ${describeStep(step)}: ${toLine(step.error?.message ?? "", 200)}${dim(took)}`;
    case "denied":
      return `${place} ${red("✗ denied")} ${describeStep(step)}: ${toLine(step.error?.message ?? "", 200)}`;
    case "unknown":
      return `${place} ${yellow("? unknown")} ${describeStep(step)}: whether it happened is not known`;
    case "awaiting":
      return `${place} ${yellow("⏸ waits")} ${describeStep(step)}${step.approvalId === null ? "" : `: approval ${shortenId(step.approvalId)}`}`;
    case "approved":
      return isFirst ? null : `${place} ${green("✓ approved")} ${describeStep(step)}`;
    case "proposed":
    case "executing":
      return null;
  }
}

function describeStep({ kind, name, args }: StepJson): string {
  const shown = args === null || kind === "model" ? "" : ` ${toLine(JSON.stringify(args), 80)}`;
  return `${kind} ${toLine(name, 60)}${shown}`;
}

function describeOutcome({ result }: StepJson): string {
  return result === null
    ? ""
    : ` → ${toLine(typeof result === "string" ? result : JSON.stringify(result), 80)}`;
}

function describeTime({ startedAt, completedAt }: StepJson): string {
  if (startedAt === null || completedAt === null) return "";
  return ` (${formatDuration(Date.parse(completedAt) - Date.parse(startedAt))})`;
}
