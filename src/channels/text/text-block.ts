/** A run of text in one style. */
export interface TextSpan {
  readonly text: string;
  readonly isBold?: boolean;
  readonly isItalic?: boolean;
  readonly isStruck?: boolean;
  readonly isCode?: boolean;
  /** `http`, `https` or `mailto`. */
  readonly url?: string | null;
}

/** A paragraph, or code that stands by itself: what every platform can show. */
export type TextBlock =
  | {
      readonly kind: "text";
      readonly spans: readonly TextSpan[];
      readonly isQuote?: boolean;
      /** No empty line before it, as between the points of a list. */
      readonly isTight?: boolean;
    }
  | {
      readonly kind: "code";
      readonly text: string;
      readonly language: string | null;
      readonly isTight?: boolean;
    };

/** A paragraph in one style. */
export function paragraph(text: string, style: Omit<TextSpan, "text"> = {}): TextBlock {
  return { kind: "text", spans: [{ text, ...style }] };
}

/** Length of a block's own text, without what a platform puts around it. */
export function measureBlock(block: TextBlock): number {
  return block.kind === "code"
    ? block.text.length
    : block.spans.reduce((length, { text }) => length + text.length, 0);
}

/** A block in two, both of its kind and style. The offset counts UTF-16 units of the block's own text. */
export function cutBlock(block: TextBlock, offset: number): readonly [TextBlock, TextBlock] {
  if (block.kind === "code") {
    return [
      { ...block, text: block.text.slice(0, offset) },
      { ...block, text: block.text.slice(offset) },
    ];
  }
  const head: TextSpan[] = [];
  const tail: TextSpan[] = [];
  let left = offset;
  for (const span of block.spans) {
    if (left > 0) head.push({ ...span, text: span.text.slice(0, left) });
    if (left < span.text.length) tail.push({ ...span, text: span.text.slice(Math.max(0, left)) });
    left -= span.text.length;
  }
  return [
    { ...block, spans: head },
    { ...block, spans: tail },
  ];
}
