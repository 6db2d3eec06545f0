import { expect, test } from "vitest";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";

/** The one problem of a file. */
function problemOf(text: string) {
  const { file, diagnostics } = readProjectFile(text, "hands.toml");
  expect(file).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  const [first] = diagnostics;
  if (first === undefined) throw new Error("no diagnostic");
  return first;
}

test("a misspelt policy is an error at its place, with what was probably meant", () => {
  expect(problemOf('db = "x.db"\n\n[policy]\nauto_aprove = false\n')).toMatchObject({
    severity: "error",
    code: "unknown_key",
    line: 4,
    column: 1,
    hint: "Did you mean `auto_approve`?",
  });
  expect(problemOf('[polcy]\ndeny = ["shell"]\n')).toMatchObject({
    code: "unknown_key",
    line: 1,
    hint: "Did you mean `policy`?",
  });
});

test("a key of a table that stands above its header is told where it belongs", () => {
  expect(problemOf('approvers = ["telegram:1"]\n[server]\n').hint).toContain("[policy]");
});

test.each([["sandbox", "nothing would be confined"]])(
  "[%s] is refused instead of being passed over",
  (table, consequence) => {
    const found = problemOf(`[${table}]\nx = 1\n`);
    expect(found.code).toBe("unsupported");
    expect(found.message).toContain(consequence);
  },
);

test.each([
  ['[model]\nname = "openai/gpt-5"\napi_key = "sk-very-secret"\n', "model.api_key", 3],
  ['[model.providers.groq]\napi_key = "sk-very-secret"\n', "model.providers.groq.api_key", 2],
  ['[secrets]\nTOKEN = "sk-very-secret"\n', "secrets.TOKEN", 2],
  [
    '[channels.ops]\ntype = "webhook"\nurl = "https://example.com"\nsecret = "sk-very-secret"\n',
    "channels.ops.secret",
    4,
  ],
])("a key that is written out is refused, and not repeated: %#", (text, name, line) => {
  const found = problemOf(text);
  expect(found).toMatchObject({ code: "literal_secret", line });
  expect(found.message).toContain(`\`${name}\` is written out`);
  expect(found.hint).toMatch(/env = "[A-Z_0-9]+"/);
  expect(JSON.stringify(found)).not.toContain("very-secret");
});

test("no diagnostic shows a secret, whatever is wrong with its line", () => {
  for (const text of [
    "[model]\napi_key = sk-very-secret\n",
    '[model]\napi_key = "sk-very-secret\n',
    '[model]\napikey = "sk-very-secret"\n',
    '[model]\nbase_url = "https://user:very-secret@example.com"\n',
    '[secrets]\nTOKEN = { value = "sk-very-secret" }\n',
    '[secrets]\nTOKEN = { env = "sk-very-secret" }\n',
  ]) {
    const { diagnostics } = readProjectFile(text, "hands.toml");
    expect(diagnostics.length, text).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics), text).not.toContain("very-secret");
  }
});

test("what is no TOML is said with its line and column", () => {
  expect(problemOf("db = \n")).toMatchObject({ code: "syntax", line: 1 });
});

test.each([
  ["max_concurrent = 0\n", "max_concurrent", "a whole number from 1 to 1000"],
  ["[server]\nport = 70000\n", "server.port", "a whole number from 0 to 65535"],
  ['[policy]\nauto_approve = "no"\n', "policy.auto_approve", "true or false"],
  ['[policy]\ndeny = "shell"\n', "policy.deny", "a list"],
  ["[policy]\ndeny = [1]\n", "policy.deny.0", "a text"],
  ['[model.prices."ollama/qwen3"]\ninput = 1\n', "output", "is missing"],
  [
    '[channels.ops]\ntype = "pager"\nurl = "https://x.example"\nsecret = { env = "S" }\n',
    "channels.ops.type",
    "webhook",
  ],
  ['[channels.ops]\ntype = "webhook"\nurl = "ftp://x"\nsecret = { env = "S" }\n', "channels.ops.url", "http"],
  [
    '[channels.file]\ntype = "webhook"\nurl = "https://x.example"\nsecret = { env = "S" }\n',
    "file",
    "place of its own",
  ],
])("%j is refused, and the message names the key and what was expected", (text, name, expected) => {
  const { message } = problemOf(text);
  expect(message).toContain(name);
  expect(message).toContain(expected);
});

test("an unknown key of a channel is told the keys of its kind alone", () => {
  const found = problemOf('[channels.t]\ntype = "telegram"\ntoken = { env = "T" }\nchat_id = 1\nzzz = 1\n');
  expect(found).toMatchObject({ code: "unknown_key", line: 5 });
  expect(found.hint).toBe("The keys are type, token, chat_id, base_url.");
});

test.each([
  ['type = "slack"\ntoken = { env = "T" }\n', "either `webhook`, or `token` and `channel`"],
  [
    'type = "slack"\nwebhook = { env = "T" }\napp_token = { env = "A" }\n',
    "`app_token` does not go with `webhook`",
  ],
  ['type = "discord"\n', "either `webhook`, or `token` and `channel_id`"],
  ['type = "email"\nsmtp = "smtp://x"\nfrom = "a@x"\nto = ["b@x"]\nuser = "a"\n', "belong together"],
])("a channel that contradicts itself is refused: %j", (text, expected) => {
  const found = problemOf(`[channels.c]\n${text}`);
  expect(found).toMatchObject({ code: "contradiction" });
  expect(found.message).toContain(expected);
});

test.each([
  ["telegram", "token"],
  ["slack", "webhook"],
  ["slack", "app_token"],
  ["slack", "signing_secret"],
  ["discord", "webhook"],
  ["email", "password"],
])("a secret of a %s channel that is written out is refused, and not repeated: %s", (type, key) => {
  const { diagnostics } = readProjectFile(
    `[channels.c]\ntype = "${type}"\n${key} = "very-secret-4711"\n`,
    "hands.toml",
  );
  expect(diagnostics.map(({ code }) => code)).toContain("literal_secret");
  expect(JSON.stringify(diagnostics)).not.toContain("4711");
});

test("every problem is told at once, in the order of the file", () => {
  const { diagnostics } = readProjectFile(
    "max_concurrent = -1\n[server]\nprot = 1\n[sandbox]\n",
    "hands.toml",
  );
  expect(diagnostics.map(({ line, code }) => [line, code])).toEqual([
    [1, "invalid_value"],
    [3, "unknown_key"],
    [4, "unsupported"],
  ]);
});
