import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import { wholeNumber } from "../number-option.ts";

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export const addUp: AddCommand = (program, act) => {
  program
    .command("up")
    .description("Start the runtime: hands fire, executions run, until Ctrl-C")
    .option("--run <name>", "Run this hand once at the start, if it never ran (repeatable)", collect, [])
    .option("--no-scheduler", "Let no hand fire here; another process does")
    .option("--no-worker", "Run no execution here; another process does")
    .option("--no-server", "Serve no dashboard and API here")
    .option(
      "--port <port>",
      "Port of the dashboard and API (default: 4263; 0: any free one)",
      wholeNumber(0, 65_535),
    )
    .option("--host <host>", "Address to listen on (default: 127.0.0.1)")
    .option("--verbose", "Log what only matters while looking for a fault")
    .addHelpText(
      "after",
      `${examples("hands up", "hands up --hands examples/hands --run sentinel", "HANDS_LOG=json hands up 2> hands.log")}
It logs on stderr, as JSON with --json or HANDS_LOG=json. The first Ctrl-C lets steps under way finish; a second ends the
process at once.
`,
    )
    .action(
      act(
        async (
          context,
          options: {
            run: readonly string[];
            scheduler: boolean;
            worker: boolean;
            server: boolean;
            port?: number;
            host?: string;
            verbose?: true;
          },
        ) => {
          const { startUp } = await import("../start-up.ts");
          return await startUp(context, { ...options, isVerbose: options.verbose === true });
        },
      ),
    );
};
