import { toPrintable } from "./printable.ts";
import type { TestedHand } from "./test-hands.ts";

/** Tests as JUnit XML, which most CI systems read. */
export function formatJunit(tested: readonly TestedHand[]): string {
  const suites = tested.map(({ handName, tests }) => {
    const failed = tests.filter(({ hasPassed }) => !hasPassed).length;
    const cases = tests.map(({ name, hasPassed, differences }) => {
      const place = `<testcase classname="${escapeText(handName)}" name="${escapeText(name)}"`;
      if (hasPassed) return `    ${place}/>`;
      const [first] = differences.filter(({ isFailure }) => isFailure);
      const text = JSON.stringify({ expected: first?.expected ?? null, got: first?.got ?? null }, null, 2);
      return `    ${place}>\n      <failure message="${escapeText(first?.message ?? "")}">${escapeText(text)}</failure>\n    </testcase>`;
    });
    return `  <testsuite name="${escapeText(handName)}" tests="${tests.length}" failures="${failed}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
}

function escapeText(text: string): string {
  // Control characters are not allowed in XML at all.
  return toPrintable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
