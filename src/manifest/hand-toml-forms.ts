import { z } from "zod";
import { closedTable, oneOf, openTable, text, textList, truth } from "./schema-parts.ts";
import { METRIC_FORMATS, SETTING_TYPES } from "./types.ts";

const option = z.union(
  [
    text("a value"),
    closedTable({
      value: text("a value").describe("What the parameter is set to."),
      label: text().optional().describe("What people read. Default: the value."),
      env: text("the name of a variable").optional().describe("A variable that this choice needs."),
      binary: text("the name of a program").optional().describe("A program that this choice needs."),
    }),
  ],
  { error: 'a value ("fast") or a table ({ value = "fast", label = "Fast" })' },
);

/** One entry of `[settings]`. */
export const settingForm = closedTable({
  label: text().optional().describe("What people read. Default: the parameter's key."),
  description: text().optional().describe("What it is for."),
  type: oneOf(SETTING_TYPES)
    .optional()
    .describe(
      'How it is filled in: `"text"`, `"number"`, `"toggle"`, `"select"` (one of `options`), `"multiselect"` (a list of them) or `"secret"`. Default: `"text"`.',
    ),
  options: z
    .array(option, { error: 'a list of values (["fast", "thorough"])' })
    .optional()
    .describe("What can be chosen: values, or `{ value, label, env, binary }`."),
  env: text("the name of a variable")
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "the name of a variable, never its value" })
    .optional()
    .describe(
      'For `"secret"`: the name of the secret, as in `[secrets]`. Its value stays in the project\'s configuration and never enters a prompt.',
    ),
});

const installText = z.union([text(), textList("a list of steps")], { error: "a text or a list of texts" });

/** One entry of `[[requires]]`. */
export const requirement = closedTable({
  binary: text("the name of a program").optional().describe("A program that has to be on PATH."),
  env: z
    .union(
      [
        text("the name of a variable"),
        textList("a list of variables").min(1, { error: "at least one name" }),
      ],
      {
        error: 'the name of a variable ("GITHUB_TOKEN") or a list of which one is enough',
      },
    )
    .optional()
    .describe(
      "A variable that has to be set, or a list of which one is enough. A secret of that name in `hands.toml` counts.",
    ),
  label: text().optional().describe("What people read. Default: the program or variable."),
  description: text().optional().describe("What it is needed for."),
  optional: truth().optional().describe("Whether the hand runs without it. Default: `false`."),
  install: z
    .record(z.string(), installText, { error: "a table of texts" })
    .optional()
    .describe('How to get it, by system, as in `{ macos = "brew install ffmpeg" }`. Shown, never executed.'),
});

const metric = closedTable({
  label: text().describe("What people read."),
  memory_key: text("a key of the hand's memory").describe("The key of the hand's memory that has the value."),
  format: oneOf(METRIC_FORMATS)
    .optional()
    .describe(
      'How it is shown: `"number"`, `"text"`, `"percentage"`, `"duration"` (seconds), `"bytes"`, `"date"` or `"currency"` (US dollars). Default: `"text"`.',
    ),
});

/** `[dashboard]`. */
export const dashboardTable = openTable({
  metrics: z
    .array(metric, { error: "a list of tables" })
    .optional()
    .describe("Values of the hand's memory that its page shows."),
});

/** `[prompt]`. */
export const promptTable = openTable({
  parameters_heading: text()
    .optional()
    .describe('The heading above the parameters. Default: `"Parameters"`.'),
  knowledge_heading: text()
    .optional()
    .describe(
      "One heading above all plain skills, which then follow as they are, set off by `---`. Default: a heading for each.",
    ),
});
