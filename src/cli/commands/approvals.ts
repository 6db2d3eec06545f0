import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addApprovals: AddCommand = (program, act) => {
  program
    .command("approvals")
    .description("List what waits for a decision, newest first")
    .option("--all", "Those that were decided too")
    .addHelpText(
      "after",
      examples("hands approvals", "hands approvals --json | jq '.[0].args'", "hands approvals --all"),
    )
    .action(
      act(async (context, options: { all?: true }) => {
        const { loadProject, openForReading } = await import("../project.ts");
        const { listApprovals, listPendingApprovals } = await import("../../store/index.ts");
        const { readApprovalsJson } = await import("../execution-record.ts");
        const { formatApprovals } = await import("../format-approvals.ts");
        const { config } = await loadProject(context);
        const store = await openForReading(context, config);
        try {
          const rows = options.all
            ? await listApprovals(store)
            : await listPendingApprovals(store, store.nowMs());
          const approvals = await readApprovalsJson(store, rows);
          if (context.isJson) writeJson(context, approvals);
          else if (approvals.length === 0)
            say(context, options.all ? "Nothing was ever asked." : "Nothing waits for a decision.");
          else
            context.terminal.out.write(formatApprovals(context.terminal.out, approvals, context.clock.now()));
          return EXIT.ok;
        } finally {
          await store.close();
        }
      }),
    );
};
