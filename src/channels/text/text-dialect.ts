import type { TextSpan } from "./text-block.ts";

/** How one platform writes blocks. What it gives must stand by itself: no style goes on into the next block. */
export interface TextDialect {
  renderSpan(span: TextSpan): string;
  /** Puts the marks of a quotation around what is written already. */
  renderQuote(text: string): string;
  renderCode(text: string, language: string | null): string;
}
