import { z } from "zod";
import { CATCH_UP_POLICIES, OVERLAP_POLICIES } from "../schedule/index.ts";
import { dashboardTable, promptTable, requirement, settingForm } from "./hand-toml-forms.ts";
import { mcpServer } from "./hand-toml-mcp.ts";
import { explainUnusableSchema } from "./output-schema.ts";
import {
  closedTable,
  dollars,
  duration,
  NAME_PATTERN,
  oneOf,
  openTable,
  seconds,
  text,
  textList,
  truth,
  wholeNumber,
} from "./schema-parts.ts";
import { OUTPUT_FORMATS, TRIGGER_TYPES } from "./types.ts";

const name = text()
  .regex(NAME_PATTERN, { error: "a letter or digit, then at most 63 letters, digits, `_` or `-`" })
  .describe(
    "The hand's name: a letter or digit, then at most 63 letters, digits, `_` or `-`. Default: the folder's name.",
  );

/** The table form of `schedule`. */
export const scheduleTable = closedTable({
  cron: text("a cron text")
    .optional()
    .describe(
      'POSIX cron, as in `"0 7,19 * * *"`: minute, hour, day of month, month, weekday (0 and 7 are Sunday); or six fields with seconds first; or `"@daily"` and its like.',
    ),
  interval: duration({ isPositive: true })
    .optional()
    .describe('Time between fires, counted from the first load of the hand: seconds (`900`) or `"15m"`.'),
  at: text("a text")
    .optional()
    .describe('`"HH:MM"` or `"HH:MM:SS"`: every day at that wall time; or an ISO 8601 instant: once.'),
  timezone: text("the IANA name of a timezone")
    .optional()
    .describe('IANA name, as in `"Europe/Berlin"`. Default: `"UTC"`.'),
  jitter: duration({ isPositive: false })
    .optional()
    .describe(
      "The longest delay that is added to a fire, to spread load; the same for the same fire. Default: none.",
    ),
  overlap: oneOf(OVERLAP_POLICIES)
    .optional()
    .describe(
      'What happens to a fire while the hand still runs: `"skip"` it, `"queue"` it, `"cancel"` what runs, or `"allow"` both. Default: `"skip"`.',
    ),
  catch_up: oneOf(CATCH_UP_POLICIES)
    .optional()
    .describe(
      'Which missed fires are run later: the newest `"one"`, `"all"` (at most 100), or `"none"`. Default: `"one"`.',
    ),
  grace: duration({ isPositive: false })
    .optional()
    .describe("How old a missed fire may be and still be run. Default: one period, at most 24 hours."),
  start: text("an ISO 8601 instant").optional().describe("No fire before this ISO 8601 instant."),
  end: text("an ISO 8601 instant").optional().describe("No fire after this ISO 8601 instant."),
});

const handTable = openTable({
  name: name.optional(),
  description: z
    .string({ error: "a text" })
    .optional()
    .describe("What the hand does, in a sentence. Default: empty."),
  enabled: truth().optional().describe("Whether it may run. Default: `true`."),
  version: text('a text, as in "1.0.0"')
    .optional()
    .describe('The author\'s version of the hand. Default: `"1.0.0"`.'),
  author: text().optional().describe("Who made it."),
  title: text().optional().describe("The name that people are shown. Default: the hand's name."),
  category: text()
    .optional()
    .describe('What kind of hand it is, as in `"research"`. Shown, and nothing else.'),
  icon: text().optional().describe("An emoji or the name of a picture. Shown, and nothing else."),
  schedule: z
    .union([text("a cron text"), scheduleTable], {
      error: 'a cron text ("0 7,19 * * *") or a table ({ interval = "15m" })',
    })
    .optional()
    .describe(
      "When it fires: a cron text, or a table with exactly one of `cron`, `interval` and `at`. Without a schedule it does not fire by itself.",
    ),
  trigger: oneOf(TRIGGER_TYPES)
    .optional()
    .describe(
      'What starts it: `"schedule"`, `"manual"`, `"event"` or `"webhook"`. Default: `"schedule"` with a schedule, else `"event"` with events, else `"manual"`. A schedule and events that are declared count in any case; every hand can be run by hand; `/hooks/{name}` exists only with `"webhook"`.',
    ),
});

const tool = z.union(
  [
    text("the name of a tool"),
    closedTable({
      name: text("the name of a tool").describe("The tool's name."),
      version: text('a text, as in "1.2.0"').optional().describe("The version it was written for."),
    }),
  ],
  { error: 'the name of a tool ("web_fetch") or a table ({ name = "web_fetch", version = "1.2.0" })' },
);
const toolList = z.array(tool, { error: 'a list of tool names (["web_fetch"])' });

const toolsTable = closedTable({
  required: toolList
    .optional()
    .describe(
      "Tools it cannot do without: if one is missing, the hand is in error, says which, and does not run. Names, or `{ name, version }`; for tools of an MCP server also globs, as in `files.read_*`.",
    ),
  optional: toolList.optional().describe("Tools it uses where they exist. Names, or `{ name, version }`."),
  unattended: textList("a list of tool names or globs")
    .optional()
    .describe("Names or globs of side-effecting tools that may run with no gate. Without this they ask."),
});

/** One entry of `[approval_gates]`. */
export const gateTable = z.strictObject(
  {
    action: text()
      .optional()
      .describe(
        "What is gated: the tool of this name, every tool that declares this action, and for `broadcast` the delivery of output. Default: the gate's key.",
      ),
    description: text().optional().describe("What the approver reads. Default: the gate's key."),
    tools: textList("a list of tool names or globs")
      .min(1, { error: "at least one tool name or glob" })
      .optional()
      .describe("Names or globs of further tools that the gate covers."),
    when: text("a CEL condition")
      .optional()
      .describe(
        "A CEL condition over `args` and `parameters`. The gate does not cover a call for which it is false; an error, or anything but true or false, counts as covered. All numbers are doubles.",
      ),
    auto_approve_after: seconds({ isPositive: false })
      .optional()
      .describe("Seconds without a decision after which the runtime approves; 0 is at once. Default: never."),
    expires_after: seconds({ isPositive: true })
      .optional()
      .describe(
        "Seconds after which an unanswered request is a no; greater than `auto_approve_after`. Default: 7 days where nothing approves it automatically.",
      ),
  },
  { error: 'a table ({ action = "…", description = "…" })' },
);

/** A path that is relative and leads nowhere above. */
const INSIDE = /^(?![/\\]|[A-Za-z]:|~)(?!.*(?:^|[/\\])\.\.(?:[/\\]|$))/;

const outputTable = openTable({
  dashboard: truth().optional().describe("Whether the output is shown on the dashboard. Default: `true`."),
  channel: z
    .union([text("the name of a channel"), textList("a list of channel names")], {
      error: 'the name of a channel ("telegram") or a list of them',
    })
    .optional()
    .describe("The channel that the output is sent to, or a list of channels."),
  format: oneOf(OUTPUT_FORMATS)
    .optional()
    .describe('`"markdown"`, `"json"` or `"html"`. Default: `"markdown"`.'),
  file_drop: text("a folder, relative to the project")
    .regex(INSIDE, {
      error: "a folder inside the project, with neither `..` nor a leading `/`",
    })
    .optional()
    .describe("A folder for output files, relative to the project. None of hands, versions or workspaces."),
  schema: z
    .union(
      [
        text("the path of a JSON file").regex(INSIDE, {
          error: "a file inside the hand's folder, with neither `..` nor a leading `/`",
        }),
        z
          .record(z.string(), z.unknown(), { error: "a table: a JSON Schema" })
          .refine((schema) => explainUnusableSchema(schema) === null, {
            error: "a JSON Schema that can be used",
          }),
      ],
      {
        error:
          'a JSON Schema, as a table or as the path of a file in the hand\'s folder ("answer.schema.json")',
      },
    )
    .optional()
    .describe(
      'The JSON Schema of an output with `format = "json"`, written here or in a JSON file of the hand\'s folder. A model whose answer does not fit is told so once; then the execution fails with what is wrong.',
    ),
});

const modelTable = openTable({
  name: text('a model, as in "anthropic/claude-…"')
    .regex(/^[^/\s]+\/\S+$/, { error: "provider/model" })
    .optional()
    .describe("The model, as `provider/model`. Default: the project's."),
  fallback: z
    .array(text('a model, as in "ollama/qwen3"').regex(/^[^/\s]+\/\S+$/, { error: "provider/model" }), {
      error: 'a list of models (["ollama/qwen3"])',
    })
    .optional()
    .describe(
      "Models that are asked, in order, where the first does not answer for a reason that is not the request's. The step says which one answered, and why the others did not.",
    ),
  requires_tool: truth()
    .optional()
    .describe(
      "Whether an answer for which no tool was called is a mistake: the model is told so once, then the execution fails. Default: `false`.",
    ),
  temperature: z
    .number({ error: "a number from 0 to 2" })
    .min(0, { error: "a number from 0 to 2" })
    .max(2, { error: "a number from 0 to 2" })
    .optional()
    .describe("Sampling temperature. Default: the model's."),
  max_output_tokens: wholeNumber(1)
    .optional()
    .describe("The longest reply, in tokens. Default: the model's."),
});

const limitsTable = closedTable({
  timeout: duration({ isPositive: true })
    .optional()
    .describe(
      'The longest an execution may work; time spent waiting for people does not count. Default: `"10m"`.',
    ),
  max_steps: wholeNumber(1).optional().describe("Model replies of one execution. Default: 50."),
  max_tokens: wholeNumber(1)
    .optional()
    .describe("Input and output tokens of one execution together. Default: no limit."),
  max_cost_usd: dollars().optional().describe("Cost of one execution. Default: no limit."),
  max_cost_usd_per_day: dollars()
    .optional()
    .describe(
      "Cost of all executions of a day; the hand then waits for its next midnight. Default: no limit.",
    ),
  retries: wholeNumber(0, 10)
    .optional()
    .describe("New executions after a failure before which no side effect began. Default: 0."),
  max_waiting: wholeNumber(1)
    .optional()
    .describe("Executions of the hand that may wait for people at once. Default: 3."),
  max_requests_per_day: wholeNumber(1)
    .optional()
    .describe(
      "Requests for decisions in 24 hours. With the next one the hand is paused, and what it asks from then on goes to no channel. Default: 20.",
    ),
});

const triggersTable = openTable({
  events: z
    .array(
      text().regex(/^[a-z][a-z0-9_.-]*(?::\S+)?$/, { error: 'an event, as in "execution.succeeded:scout"' }),
      {
        error: 'a list of events (["execution.succeeded:scout"])',
      },
    )
    .optional()
    .describe(
      "Events that start it. `execution.succeeded:NAME`, `execution.failed:NAME` and `execution.cancelled:NAME`: an execution of that hand ended so; `approval.expired:NAME`: nobody answered its request; the name may have a `*`. `file:inbox/*.csv`: a file appeared or changed in that folder of the project; only the last part may have a `*`.",
    ),
});

const networkTable = closedTable({
  allow: z
    .array(
      text().regex(/^[^\s/@]+$/, {
        error: 'a host without scheme or path, as in "api.example.com" or "*.example.com"',
      }),
      {
        error: 'a list of hosts (["api.example.com"])',
      },
    )
    .optional()
    .describe(
      "The only hosts that its tools may reach; `*.example.com` stands for all below. An empty list allows none. Default: any public host.",
    ),
});

const secretsTable = openTable({
  names: z
    .array(text().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "the name of a secret, never its value" }), {
      error: 'a list of names (["GITHUB_TOKEN"])',
    })
    .optional()
    .describe("Names of the secrets that its tools are given. Values stay in the project's configuration."),
});

const gitTable = closedTable({
  repositories: textList('a list of folders (["../site"])').describe(
    "Repositories that the tools `git` and `git_commit` work with, relative to the project.",
  ),
});

const sandboxTable = closedTable({
  enabled: truth().describe(
    "Whether its own code and the programs that its tools start are confined. Where it is `true` and the machine cannot, the hand is not run.",
  ),
  network: truth()
    .optional()
    .describe(
      "Whether they have the machine's network, to which `[network]` does not apply. Default: `false`, no network at all.",
    ),
  read: z
    .array(text().regex(/^\//, { error: "an absolute path" }), { error: "a list of absolute paths" })
    .optional()
    .describe("Folders that they can read besides the system's. Default: none."),
  memory_mb: wholeNumber(1)
    .optional()
    .describe(
      "Memory that each program may address, and what the values of its own code may take. Default: no limit.",
    ),
  processes: wholeNumber(1)
    .optional()
    .describe(
      "Processes and threads that may run at once; not enforced where hands runs as root. Default: no limit.",
    ),
});

/**
 * The shape of a native `HAND.toml`: the one truth for the parser, the JSON Schema and the reference.
 * It takes the values as `readDocument` gives them, in which dates are texts.
 */
export const handTomlSchema = openTable({
  hand: handTable.describe("The hand itself. The only table that must be there."),
  tools: toolsTable.optional().describe("Which tools it has."),
  approval_gates: z
    .record(text(), gateTable, { error: "a table of gates" })
    .optional()
    .describe(
      "What only a person may allow. Each key is a gate, each value a table; all gates that match a call make one request.",
    ),
  output: outputTable.optional().describe("Where its output goes."),
  parameters: z
    .record(z.string(), z.unknown(), { error: "a table" })
    .optional()
    .describe(
      "The hand's own settings: any keys and values. They are shown to the model and on the dashboard, so never put a secret here.",
    ),
  settings: z
    .record(text(), settingForm, { error: "a table of forms" })
    .optional()
    .describe(
      "How parameters are filled in: each key is a parameter's, each value its form. The value itself stands in `[parameters]`.",
    ),
  requires: z
    .array(requirement, { error: "a list of tables ([[requires]])" })
    .optional()
    .describe(
      "What the machine must have: each entry has either `binary` or `env`. `hands doctor` checks it, and so does each run before it begins.",
    ),
  prompt: promptTable.optional().describe("How the prompt is put together."),
  dashboard: dashboardTable.optional().describe("What the hand's page shows."),
  metadata: z
    .record(z.string(), z.unknown(), { error: "a table" })
    .optional()
    .describe("Further facts for people: any keys and values. Shown, and nothing else."),
  model: modelTable.optional().describe("The hand's own choice of model."),
  limits: limitsTable.optional().describe("Bounds of its executions."),
  triggers: triggersTable.optional().describe("Events that start it."),
  network: networkTable.optional().describe("What its tools may reach."),
  mcp: z
    .record(
      z
        .string()
        .regex(NAME_PATTERN, { error: "a letter or digit, then at most 63 letters, digits, `_` or `-`" }),
      mcpServer,
      { error: "a table of servers" },
    )
    .optional()
    .describe(
      "MCP servers of the hand, by name; each has either `command` or `url`. Its tools are called `NAME.tool`. See docs/mcp.md.",
    ),
  secrets: secretsTable.optional().describe("Secrets that its tools are given."),
  git: gitTable.optional().describe("What its git tools work with."),
  sandbox: sandboxTable
    .optional()
    .describe("How its own code and the programs that its tools start are confined; see docs/security.md."),
});

/** The document once it has that shape. */
export type HandToml = z.infer<typeof handTomlSchema>;

/** The table form of `schedule`, as it is written. */
export type ScheduleToml = z.infer<typeof scheduleTable>;
