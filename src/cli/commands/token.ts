import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, ...value.split(",")];
}

export const addToken: AddCommand = (program, act) => {
  const token = program.command("token").description("Who may use the API: make, list and revoke tokens");
  token
    .command("create")
    .argument("<name>", "What it is for; decisions made with it are recorded under it")
    .description("Make a token; it is printed this once")
    .option("--scope <scope>", "read, trigger, decide or admin (repeatable, or with commas)", collect, [])
    .option("--expires <duration>", "As in 90d or 12h (default: never)")
    .addHelpText(
      "after",
      examples(
        "hands token create grafana --scope read",
        "hands token create deploy --scope trigger --expires 90d",
      ),
    )
    .action(
      act(async (context, name: string, options: { scope: readonly string[]; expires?: string }) => {
        const { createToken } = await import("../change-tokens.ts");
        return await createToken(context, { name, scopes: options.scope, expires: options.expires });
      }),
    );
  token
    .command("list")
    .description("List tokens, revoked ones too; never what they are")
    .addHelpText("after", examples("hands token list", "hands token list --json | jq '.[].name'"))
    .action(
      act(async (context) => {
        const { listTokens } = await import("../change-tokens.ts");
        return await listTokens(context);
      }),
    );
  token
    .command("revoke")
    .argument("<id>", "Any unique beginning or end of its id, or its name")
    .description("Revoke a token, and end the sessions that were opened with it")
    .addHelpText("after", examples("hands token revoke grafana"))
    .action(
      act(async (context, written: string) => {
        const { revokeTokens } = await import("../change-tokens.ts");
        return await revokeTokens(context, written);
      }),
    );
  token
    .command("login")
    .description("Print a link that logs a browser in, once, within the hour")
    .addHelpText("after", examples("hands token login", "xdg-open $(hands token login)"))
    .action(
      act(async (context) => {
        const { printLoginLink } = await import("../change-tokens.ts");
        return await printLoginLink(context);
      }),
    );
};
