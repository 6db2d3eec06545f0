import type { TextPiece } from "../../core/index.ts";
import { GrowingText } from "../../core/index.ts";
import type { LiveText } from "../../runner/index.ts";
import type { PartialTextRow } from "../../store/index.ts";

/** Of a longer reply, rows hold the end as well. */
const MOST_SHOWN = 50_000;

/** The words of a reply under way in another process, as its row has told them so far. */
export class ForeignText implements LiveText {
  readonly executionId: string;
  readonly handName: string;
  readonly stepIndex: number;
  readonly #words: GrowingText;
  updatedAt: number;
  isOver = false;

  constructor(row: PartialTextRow) {
    this.executionId = row.execution_id;
    this.handName = row.hand_name;
    this.stepIndex = row.step_index;
    this.updatedAt = row.updated_at;
    this.#words = new GrowingText(MOST_SHOWN, { offset: row.text_offset, text: row.text });
  }

  /** Takes what the row has more. `other`: the row is of another reply, or of a part too far on. */
  follow(row: PartialTextRow): "grown" | "same" | "other" {
    const known = this.#words.end - row.text_offset;
    if (known < 0 || known > row.text.length) return "other";
    if (!row.text.startsWith(this.#words.readFrom(row.text_offset).text)) return "other";
    if (known === row.text.length) return "same";
    this.#words.add(row.text.slice(known));
    this.updatedAt = row.updated_at;
    return "grown";
  }

  readFrom(place: number): TextPiece {
    return this.#words.readFrom(place);
  }
}
