import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addNodes: AddCommand = (program, act) => {
  program
    .command("nodes")
    .description("List the processes that share the database")
    .addHelpText(
      "after",
      examples("hands nodes", "hands nodes --json | jq '.[] | select(.state == \"silent\")'"),
    )
    .action(
      act(async (context) => {
        const { loadProject, openForReading } = await import("../project.ts");
        const { readNodes } = await import("../../runtime/index.ts");
        const { formatNodes } = await import("../format-nodes.ts");
        const { config } = await loadProject(context);
        const store = await openForReading(context, config);
        try {
          const nodes = await readNodes(store);
          if (context.isJson) writeJson(context, nodes);
          else if (nodes.length === 0)
            say(context, "No process was here within the hour. `hands up` starts one.");
          else context.terminal.out.write(formatNodes(context.terminal.out, nodes, store.nowMs()));
          return EXIT.ok;
        } finally {
          await store.close();
        }
      }),
    );
};
