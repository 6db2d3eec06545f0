import type { StreamMessages } from "./types.ts";

/** A part of a reply. Only the last one grows. */
interface Block {
  /** Counted from the first that was told of. */
  readonly number: number;
  readonly text: string;
}

/** The words of a reply under way. */
export interface LiveText {
  readonly stepIndex: number;
  /** Where in the reply the next words begin. */
  readonly end: number;
  readonly blocks: readonly Block[];
}

/** A block is full with so many characters. */
const BLOCK_SIZE = 2_000;
/** Of a longer reply its end is shown. */
const MOST_BLOCKS = 25;

/** Words go to the end of what is known, or take its place where they do not belong there. */
export function growText(
  known: LiveText | undefined,
  { stepIndex, offset, text }: Pick<StreamMessages["text"], "stepIndex" | "offset" | "text">,
): LiveText {
  const blocks = known !== undefined && known.end === offset ? known.blocks : [];
  const last = blocks.at(-1);
  const firstNew = last?.number ?? 0;
  const cut = cutIntoBlocks((last?.text ?? "") + text).map((part, index) => ({
    number: firstNew + index,
    text: part,
  }));
  return {
    stepIndex,
    end: offset + text.length,
    blocks: [...blocks.slice(0, -1), ...cut].slice(-MOST_BLOCKS),
  };
}

/** A character of two halves is never cut. */
function cutIntoBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let from = 0;
  while (text.length - from > BLOCK_SIZE) {
    const code = text.charCodeAt(from + BLOCK_SIZE - 1);
    const to = from + BLOCK_SIZE + (code >= 0xd800 && code <= 0xdbff ? 1 : 0);
    blocks.push(text.slice(from, to));
    from = to;
  }
  return [...blocks, text.slice(from)];
}
