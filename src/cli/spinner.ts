import type { Clock, ClockTimer } from "../core/index.ts";
import type { OutputStream } from "./terminal.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;

/** One line at the bottom of a terminal that shows that something is going on; nothing where there is no terminal. */
export class Spinner {
  readonly #stream: OutputStream;
  readonly #clock: Clock;
  #label: string | undefined;
  #frame = 0;
  #timer: ClockTimer | undefined;

  constructor(stream: OutputStream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** Shows what is going on, or with undefined nothing. */
  show(label: string | undefined): void {
    if (!this.#stream.isTerminal) return;
    this.#clear();
    this.#label = label;
    this.#timer?.cancel();
    if (label !== undefined) this.#draw();
  }

  /** Writes a line above it. */
  print(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
    if (this.#label !== undefined) this.#draw();
  }

  #draw(): void {
    this.#timer?.cancel();
    const frame = FRAMES[this.#frame % FRAMES.length] ?? "";
    this.#frame += 1;
    const room = Math.max(10, this.#stream.columns - 4);
    const { cyan, dim } = this.#stream.colors;
    this.#stream.write(`\r\u001B[K${cyan(frame)} ${dim((this.#label ?? "").slice(0, room))}`);
    this.#timer = this.#clock.setTimer(FRAME_MS, () => this.#draw());
  }

  #clear(): void {
    if (this.#label === undefined || !this.#stream.isTerminal) return;
    this.#timer?.cancel();
    this.#stream.write("\r\u001B[K");
  }
}
