import { parseMarkdown } from "./parse-markdown.ts";
import type { TextBlock } from "./text-block.ts";
import { paragraph } from "./text-block.ts";

/** Longer texts are shown as they are: a parser's time must not depend on what a model chose to write. */
const LONGEST_PARSED_TEXT = 200_000;

/** An output of any format as blocks: Markdown and HTML by their marks, JSON as indented code, anything else as it is. */
export async function readText(payload: string, format: string): Promise<readonly TextBlock[]> {
  if (payload.length > LONGEST_PARSED_TEXT) return [paragraph(payload)];
  switch (format) {
    case "markdown":
      return await parseMarkdown(payload);
    case "html":
      return await parseMarkdown(await convertHtml(payload));
    case "json":
      return [{ kind: "code", text: indentJson(payload), language: "json" }];
    default:
      return [paragraph(payload)];
  }
}

async function convertHtml(html: string): Promise<string> {
  const { default: TurndownService } = await import("turndown");
  const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced" });
  return service.remove(["script", "style", "title"]).turndown(html);
}

function indentJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
