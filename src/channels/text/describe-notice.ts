import type { OutgoingNotice } from "../types.ts";
import type { TextBlock } from "./text-block.ts";
import { paragraph } from "./text-block.ts";

/** What the runtime itself has to say, as blocks. */
export function describeNotice({ title, text, url }: OutgoingNotice): readonly TextBlock[] {
  return [
    paragraph(title, { isBold: true }),
    ...(text === "" ? [] : [paragraph(text)]),
    ...(url === null ? [] : [paragraph("Open the page", { url })]),
  ];
}
