/** A new `hands.toml`: what is chosen, and everything else as a comment with its default. */
export function renderProjectFile(choices: {
  readonly handsDir: string;
  readonly model: string | null;
}): string {
  const model =
    choices.model === null
      ? '# name = "ollama/qwen3"            # provider/model'
      : `name = ${JSON.stringify(choices.model)}`;
  return `# The project's settings. A flag goes before a HANDS_* variable, that before this file. Paths are relative to this file.
# Every key: docs/configuration.md

hands_dir = ${JSON.stringify(choices.handsDir)}
# db = "data/hands.db"               # or a postgres:// address; DATABASE_URL and HANDS_DB go before it
# data_dir = "data"                  # workspaces of hands; default: the database's folder
# max_concurrent = 10                # executions at once in one process

[model]
# For hands without a hand.ts. Hands with one need no model.
${model}
# api_key = { env = "OPENAI_API_KEY" }   # or { file = "secrets/openai" }; a key itself is refused here

[policy]
deny = []                            # tools and actions that never run, names or globs: ["shell", "pay_*"]
# auto_approve = false               # no gate approves by itself, whatever its auto_approve_after says

# [channels.phone]                   # a hand names it: [output] channel = "phone"; other types: docs/channels.md
# type = "telegram"
# token = { env = "TELEGRAM_BOT_TOKEN" }
# chat_id = 12345

# [secrets]                          # a hand's tools get those that its manifest names
# GITHUB_TOKEN = { env = "GITHUB_TOKEN" }
`;
}
