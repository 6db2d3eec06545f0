import { renderHead } from "./render-head.ts";
import type { HandTemplate } from "./types.ts";

/** Measures, compares with the last time, and reports; sending the report waits for a human. */
export const reporterTemplate: HandTemplate = {
  title: "a script measures, compares with the last time and reports; sending it asks first",
  description: "Reports how full this machine's disks are, and how that changed",
  schedule: "0 7 * * 1-5",
  render: (hand) => ({
    "HAND.toml": `${renderHead(hand)}
[tools]
required = ["disk_check", "memory_get", "memory_set"]

# The gate: code asks before the report leaves for a channel. The dashboard and files are yours and need none.
[approval_gates.broadcast]
description = "Send this report"
expires_after = 43200          # 12 hours, in seconds; then the answer is no
# auto_approve_after = 300     # without an answer the runtime would approve after 5 minutes

[output]
format = "markdown"
file_drop = "data/reports/"
# channel = "phone"            # a channel of hands.toml; this is what the gate is about

[parameters]
# Absolute paths, one on each disk.
disks = ["/"]

[limits]
timeout = "2m"
`,
    "hand.ts": `import type { HandContext } from "hands";

interface Disk {
  readonly path: string;
  readonly usedPercent: number;
}

/** What it returns is the report: shown in the dashboard, written to file_drop, and sent once somebody agreed. */
export default async function report(hand: HandContext): Promise<string> {
  const { disks: paths } = hand.parameters as { disks: string[] };
  const { disks } = await hand.tool<{ disks: Disk[] }>("disk_check", { paths });
  const { value } = await hand.tool<{ value: Record<string, number> | null }>("memory_get", { key: "used" });
  const rows = disks.map(({ path, usedPercent }) => {
    const before = value?.[path];
    const change = before === undefined ? "first look" : \`\${(usedPercent - before).toFixed(1)} points\`;
    return \`| \${path} | \${usedPercent} % | \${change} |\`;
  });
  await hand.tool("memory_set", {
    key: "used",
    value: Object.fromEntries(disks.map(({ path, usedPercent }) => [path, usedPercent])),
  });
  const day = hand.now().toISOString().slice(0, 10);
  return [\`# Disks on \${day}\`, "", "| disk | used | since the last report |", "|---|---|---|", ...rows].join("\\n");
}
`,
  }),
};
