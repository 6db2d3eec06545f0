import type { JsonValue } from "../../core/index.ts";
import { listRecordings } from "../../recording/index.ts";
import type { CommandContext } from "../command-context.ts";
import { say } from "../command-context.ts";
import { followDry, sayDryRun } from "../dry-run/dry-run-hand.ts";
import { formatEffects } from "../dry-run/format-dry-run.ts";
import type { DryRun } from "../dry-run/types.ts";
import { EXIT } from "../exit-codes.ts";
import { formatChange } from "../format-differences.ts";
import { writeData } from "../printable.ts";
import { createRunLogger, runHand } from "../run-hand.ts";
import { Spinner } from "../spinner.ts";
import { testHands } from "../test-hands.ts";
import { validate } from "../validate.ts";

/** Tries one hand again and again, and remembers the last time. */
export class HandTrial {
  readonly #context: CommandContext;
  readonly #hand: {
    readonly name: string;
    readonly dir: string;
    readonly isLive: boolean;
    readonly signal: AbortSignal;
  };
  #last: DryRun | null = null;

  constructor(
    context: CommandContext,
    hand: {
      readonly name: string;
      readonly dir: string;
      /** Is it really run? */
      readonly isLive: boolean;
      readonly signal: AbortSignal;
    },
  ) {
    this.#context = context;
    this.#hand = hand;
  }

  /** Checks the folder; if that is right, runs it live, against its recordings, or dry. */
  async run(): Promise<void> {
    const { name, dir, isLive } = this.#hand;
    const checked = await validate(this.#context, dir, {
      withCode: true,
      isStrict: false,
      isFixing: false,
      format: "text",
    });
    if (checked !== EXIT.ok) return;
    if (isLive) await runHand(this.#context, name, { param: [] });
    else if ((await listRecordings(dir)).length > 0)
      await testHands(this.#context, [name], { update: false, junit: null });
    else await this.#runDry();
  }

  async #runDry(): Promise<void> {
    const context = this.#context;
    const { name, signal } = this.#hand;
    const spinner = new Spinner(context.terminal.err, context.clock);
    const logger = createRunLogger(context, spinner);
    const result = await followDry(context, { name, input: null, parameters: null, logger, signal }, spinner);
    if (signal.aborted) return;
    if (this.#last === null) {
      writeData(context.terminal.out, result.output);
      context.terminal.err.write(formatEffects(context.terminal.err, result));
    } else this.#showDifference(this.#last, result);
    this.#last = result;
    sayDryRun(context, result);
  }

  #showDifference(before: DryRun, now: DryRun): void {
    const { out } = this.#context.terminal;
    const parts: readonly (readonly [string, JsonValue, JsonValue])[] = [
      ["the end", describeEnd(before), describeEnd(now)],
      ["the output", before.output, now.output],
      ["what it would do", describeEffects(before), describeEffects(now)],
    ];
    const changed = parts.filter(([, left, right]) => JSON.stringify(left) !== JSON.stringify(right));
    if (changed.length === 0) say(this.#context, "It does what it did the last time.");
    for (const [what, expected, got] of changed) {
      const lines = formatChange(out.colors, { expected, got }, "");
      out.write(`Not as the last time: ${what}\n${lines.join("\n")}\n`);
    }
  }
}

function describeEnd({ outcome, reason, error }: DryRun): string {
  return [outcome ?? "waiting", reason, error?.code, error?.message].filter(Boolean).join(": ");
}

function describeEffects({ effects }: DryRun): JsonValue {
  return effects.map(({ name, decision, gate, args }) => ({ name, decision, gate, args }));
}
