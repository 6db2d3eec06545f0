import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addAudit: AddCommand = (program, act) => {
  const audit = program
    .command("audit")
    .description("Decisions, effects and changes of configuration, as a chain that shows what was changed");
  audit
    .command("verify")
    .description("Walk the chain, and end with 1 at the first event that was changed, removed or moved")
    .option("--anchors <file>", "Heads that were kept elsewhere; default: the file of [audit] anchor")
    .addHelpText(
      "after",
      examples("hands audit verify", "hands audit verify --anchors /mnt/audit/hands.jsonl"),
    )
    .action(
      act(async (context, options: { anchors?: string }) => {
        const { verifyAudit } = await import("../audit.ts");
        return await verifyAudit(context, options.anchors);
      }),
    );
  audit
    .command("export")
    .description("The audited events, one JSON object a line, with their hashes")
    .option("--since <when>", "From this day or instant on")
    .option("--until <when>", "Before this day or instant")
    .addHelpText("after", examples("hands audit export --since 2026-01-01 > audit.jsonl"))
    .action(
      act(async (context, options: { since?: string; until?: string }) => {
        const { exportAudit } = await import("../audit.ts");
        return await exportAudit(context, options);
      }),
    );
  audit
    .command("head")
    .description("Where the chain ends: keep it elsewhere, and `verify --anchors` holds the chain to it")
    .addHelpText("after", examples("hands audit head", "hands audit head --json >> anchors.jsonl"))
    .action(
      act(async (context) => {
        const { printAuditHead } = await import("../audit.ts");
        return await printAuditHead(context);
      }),
    );
};
