import type TurndownService from "turndown";
import type { PageElement } from "./page-element.ts";

/** Tables as Markdown has them; turndown itself would give their cells as paragraphs. The first row is the head. */
export function addTableRules(service: TurndownService): void {
  service.addRule("tableCell", {
    filter: ["th", "td"],
    replacement: (content) =>
      `| ${content
        .trim()
        .replace(/\s*\n\s*/g, " ")
        .replaceAll("|", "\\|")} `,
  });
  service.addRule("tableRow", {
    filter: "tr",
    replacement(content, node) {
      const row = `${content.replace(/\n/g, "")}|\n`;
      return isFirstRow(node as unknown as PageElement)
        ? `${row}${"| --- ".repeat(countCells(node as unknown as PageElement))}|\n`
        : row;
    },
  });
  service.addRule("tableSection", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
}

function isFirstRow(row: PageElement): boolean {
  let table = row.parentNode;
  while (table !== null && table.nodeName !== "TABLE") table = table.parentNode;
  return table?.querySelector("tr") === row;
}

function countCells(row: PageElement): number {
  return [...row.childNodes].filter(({ nodeName }) => nodeName === "TH" || nodeName === "TD").length;
}
