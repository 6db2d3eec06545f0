/** A manifest that is wrong in one way, and the one diagnostic it must get. */
export interface BrokenManifest {
  /** The mistake, in words. */
  readonly mistake: string;
  readonly text: string;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly line: number;
  readonly column: number;
  /** Parts of the message and the hint. */
  readonly says: readonly string[];
}

/** Marks the place of the caret in the texts below, and is taken out of them. */
const CARET = "▲";

function broken(mistake: string, code: string, marked: string, says: readonly string[]): BrokenManifest {
  const offset = marked.indexOf(CARET);
  if (offset === -1) throw new Error(`"${mistake}" has no ${CARET}`);
  const before = marked.slice(0, offset).split("\n");
  return {
    mistake,
    text: marked.replace(CARET, ""),
    severity: "error",
    code,
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
    says,
  };
}

function doubtful(mistake: string, code: string, marked: string, says: readonly string[]): BrokenManifest {
  return { ...broken(mistake, code, marked, says), severity: "warning" };
}

const gate = (body: string) => `[hand]\n[approval_gates]\npay = { ${body} }\n`;
const schedule = (body: string) => `[hand]\nschedule = { ${body} }\n`;

/** Twenty ways to break a manifest so that the hand cannot run: one error each. */
export const TWENTY_BROKEN_MANIFESTS: readonly BrokenManifest[] = [
  broken("a text without quotes", "syntax", "[hand]\nname = ▲oracle\n", ["not TOML", "Put texts in quotes"]),
  broken("a key given twice", "syntax", '[hand]\nversion = "1"\n▲version = "2"\n', [
    "redefine",
    "remove or rename",
  ]),
  broken("no [hand] table", "not_a_hand", "▲[server]\nport = 80\n", ["no [hand] table"]),
  broken("a name with a space", "invalid_value", '[hand]\nname = ▲"my hand"\n', [
    "my hand",
    'name = "my-hand"',
  ]),
  broken("a number for a text", "wrong_type", "[hand]\nversion = ▲1.5\n", [
    "the number 1.5",
    'version = "1.5"',
  ]),
  broken("a text for a boolean", "wrong_type", '[hand]\nenabled = ▲"no"\n', [
    "true or false",
    "enabled = false",
  ]),
  broken("an unknown trigger", "invalid_value", '[hand]\ntrigger = ▲"shedule"\n', [
    '"schedule"',
    "Did you mean",
  ]),
  broken("an impossible cron", "invalid_schedule", '[hand]\nschedule = ▲"61 * * * *"\n', ["61 * * * *"]),
  broken("a cron that never fires", "invalid_schedule", '[hand]\nschedule = ▲"0 0 30 2 *"\n', ["never"]),
  broken("an unknown timezone", "invalid_schedule", schedule('at = "07:30", timezone = ▲"Europe/Berlyn"'), [
    "Berlyn",
  ]),
  broken("two kinds of schedule", "invalid_schedule", schedule('cron = "0 7 * * *", interval = ▲900'), [
    "exactly one",
  ]),
  broken("a trigger without its schedule", "contradicting_trigger", '[hand]\ntrigger = ▲"schedule"\n', [
    "no schedule",
  ]),
  broken("a gate that is not a table", "gate_not_a_table", "[hand]\n[approval_gates]\npublish = ▲true\n", [
    "is true",
    'publish = { action = "publish"',
  ]),
  broken("a negative delay", "invalid_value", gate("auto_approve_after = ▲-5"), ["-5", "at least 0"]),
  broken("a misspelt key in a gate", "unknown_key", gate("▲auto_aprove_after = 5"), ["auto_approve_after"]),
  broken(
    "an expiry before the approval",
    "expiry_before_approval",
    gate("auto_approve_after = 60, expires_after = ▲60"),
    ["never approved automatically"],
  ),
  broken("a condition that is no CEL", "invalid_when", gate('when = ▲"args.amount >"'), [
    "approval_gates.pay.when",
  ]),
  broken("a misspelt limit", "unknown_key", "[hand]\n[limits]\n▲max_cost = 5\n", ["max_cost_usd"]),
  broken(
    "a key below the wrong table",
    "misplaced_key",
    '[hand]\n[output]\nformat = "json"\n▲schedule = "0 7 * * *"\n',
    ["key of [hand]", "last table header"],
  ),
  broken(
    "a secret with a value",
    "invalid_setting",
    '[hand]\n[parameters]\n▲voice = "x"\n[settings.voice]\ntype = "secret"\nenv = "VOICE"\n',
    ["shown to the model", "`env`"],
  ),
];

/** More of them. */
const FURTHER_BROKEN_MANIFESTS: readonly BrokenManifest[] = [
  broken("an unclosed header", "syntax", "[hand▲\n", ["Close the table header"]),
  broken("an unclosed text", "syntax", '[hand]\nname = "oracle▲\n', ["close it with a quote"]),
  broken("a boolean of another language", "syntax", "[hand]\nenabled = ▲True\n", ["lower case"]),
  broken("a null", "syntax", "[hand]\nauthor = ▲null\n", ["TOML has no null"]),
  broken("a number that would lose digits", "syntax", "[hand]\n[parameters]\nid = ▲9007199254740993\n", [
    "in quotes",
  ]),
  broken("not a number", "invalid_value", "[hand]\n[parameters]\nratio = ▲nan\n", ["finite"]),
  broken("a prototype as a key", "invalid_value", "[hand]\n[parameters]\n▲__proto__ = 1\n", [
    "cannot be a key",
  ]),
  broken("[hand] as a text", "wrong_type", 'hand = ▲"oracle"\n', ["expected a table"]),
  broken("[hand] as a list of tables", "wrong_type", '[[▲hand]]\nname = "oracle"\n', [
    "[hand] with single brackets",
  ]),
  broken("an empty name", "invalid_value", '[hand]\nname = ▲""\n', ["not empty"]),
  broken("a name that climbs", "invalid_value", '[hand]\nname = ▲"../../etc"\n', ['name = "etc"']),
  broken("a schedule that is a number", "wrong_type", "[hand]\nschedule = ▲900\n", [
    "a cron text",
    "the number 900",
  ]),
  broken("a schedule with no time", "invalid_schedule", '[hand]\nschedule = ▲{ timezone = "UTC" }\n', [
    "exactly one of",
  ]),
  broken(
    "a misspelt key in a schedule",
    "unknown_key",
    schedule('at = "07:30", ▲timezon = "Europe/Berlin"'),
    ["timezone"],
  ),
  broken("an unknown overlap", "invalid_value", schedule('at = "07:30", overlap = ▲"skp"'), [
    'Did you mean "skip"?',
  ]),
  broken("a duration with an unknown unit", "invalid_value", schedule('interval = ▲"15 min"'), ['"15m"']),
  broken("a duration of nothing", "invalid_value", schedule('interval = ▲"0s"'), [
    "expected a number of seconds",
  ]),
  broken("a wall time that does not exist", "invalid_schedule", schedule('at = ▲"25:00"'), ["25:00"]),
  broken(
    "an end before the start",
    "invalid_schedule",
    schedule('cron = "0 7 * * *", start = "2030-01-02T00:00:00Z", end = ▲"2030-01-01T00:00:00Z"'),
    ["before it starts"],
  ),
  broken(
    "manual with a schedule",
    "contradicting_trigger",
    '[hand]\nschedule = "0 7 * * *"\ntrigger = ▲"manual"\n',
    ["there is a schedule"],
  ),
  broken("event without events", "contradicting_trigger", '[hand]\ntrigger = ▲"event"\n', [
    "no event is named",
    "[triggers]",
  ]),
  broken("a misspelt enabled", "unknown_key", "[hand]\n▲enabeld = false\n", ["`enabled`"]),
  broken("a misspelt table of gates", "unknown_key", '[hand]\n[▲approval_gate.pay]\naction = "pay"\n', [
    "`approval_gates`",
  ]),
  broken("gates inside [hand]", "misplaced_key", '[hand]\n[hand.▲approval_gates.pay]\naction = "pay"\n', [
    "Write [approval_gates]",
  ]),
  broken("a gate of another format", "unread_gate", "[hand]\n▲requires_approval = true\n", [
    "nothing would be gated",
  ]),
  broken("gates as a list", "gate_not_a_table", '[hand]\n[[▲approval_gates]]\naction = "pay"\n', [
    "a list",
    "a table of gates",
  ]),
  broken("a gate that is false", "gate_not_a_table", "[hand]\n[approval_gates]\npay = ▲false\n", [
    "Remove `pay = false`",
  ]),
  broken("a delay as a text", "wrong_type", gate('auto_approve_after = ▲"5m"'), ["auto_approve_after = 300"]),
  broken("an expiry of nothing", "invalid_value", gate("expires_after = ▲0"), ["greater than 0"]),
  broken("a gate's tools as a text", "wrong_type", gate('tools = ▲"pay_*"'), ['tools = ["pay_*"]']),
  broken("a gate with no tools", "invalid_value", gate("tools = ▲[]"), ["at least one"]),
  broken("a condition about something unknown", "invalid_when", gate('when = ▲"amount > 100"'), [
    "args.amount",
  ]),
  broken("a condition that is a number", "invalid_when", gate('when = ▲"1 + 1"'), ["not true or false"]),
  broken("a camel-case key in a gate", "unknown_key", gate("▲autoApproveAfter = 5"), [
    "`auto_approve_after`",
  ]),
  broken("tools as a list", "wrong_type", '▲tools = ["shell"]\n[hand]\n'.replace("▲tools = ", "tools = ▲"), [
    "[tools] table",
  ]),
  broken("required as a text", "wrong_type", '[hand]\n[tools]\nrequired = ▲"shell"\n', [
    'required = ["shell"]',
  ]),
  broken("a tool that is a number", "wrong_type", "[hand]\n[tools]\nrequired = [▲3]\n", [
    "tools.required[0]",
    "the number 3",
  ]),
  broken("denied tools, which nothing reads", "unknown_key", '[hand]\n[tools]\n▲forbidden = ["shell"]\n', [
    "required, optional, unattended",
  ]),
  broken("a misspelt allow list", "unknown_key", '[hand]\n[network]\n▲allows = ["a.example"]\n', ["`allow`"]),
  broken(
    "a host that is an address",
    "invalid_value",
    '[hand]\n[network]\nallow = [▲"https://api.example.com/v1"]\n',
    ['"api.example.com"'],
  ),
  broken("a limit in [hand]", "misplaced_key", '[hand]\n▲timeout = "5m"\n', ["key of [limits]"]),
  broken("a negative limit", "invalid_value", "[hand]\n[limits]\nmax_steps = ▲0\n", ["at least 1"]),
  broken("a limit that is no number", "invalid_value", "[hand]\n[limits]\nmax_cost_usd = ▲inf\n", [
    "Infinity",
    "finite",
  ]),
  broken("a model without provider", "invalid_value", '[hand]\n[model]\nname = ▲"gpt"\n', ["provider/model"]),
  broken("a temperature out of range", "invalid_value", "[hand]\n[model]\ntemperature = ▲3\n", [
    "from 0 to 2",
  ]),
  broken("output outside of the project", "invalid_value", '[hand]\n[output]\nfile_drop = ▲"../secrets"\n', [
    "`..`",
  ]),
  broken("an absolute folder for output", "invalid_value", '[hand]\n[output]\nfile_drop = ▲"/etc"\n', [
    "inside the project",
  ]),
  broken("an unknown format", "invalid_value", '[hand]\n[output]\nformat = ▲"htlm"\n', [
    'Did you mean "html"?',
  ]),
  broken("an MCP server with nothing", "invalid_mcp_server", "[hand]\n[mcp.▲files]\n", [
    "neither command nor url",
  ]),
  broken("an MCP command as a text", "wrong_type", '[hand]\n[mcp.files]\ncommand = ▲"npx"\n', [
    'command = ["npx"]',
  ]),
  broken("a secret's value for its name", "invalid_value", '[hand]\n[secrets]\nnames = [▲"sk-123"]\n', [
    "never its value",
  ]),
  broken("a sandbox that is neither on nor off", "missing_key", "[hand]\n[▲sandbox]\nnetwork = false\n", [
    "sandbox.enabled",
    "is missing",
  ]),
  broken(
    "a sandbox with a key that it does not have",
    "unknown_key",
    "[hand]\n[sandbox]\nenabled = true\n▲memory = 5\n",
    ["`memory`"],
  ),
  doubtful("a key that nothing reads", "unknown_key", '[hand]\n▲descripton = "x"\n', [
    "`description`",
    "kept",
  ]),
  doubtful(
    "a secret among the parameters",
    "secret_in_manifest",
    '[hand]\n[parameters]\n▲api_key = "sk-1"\n',
    ["[secrets]"],
  ),
  doubtful(
    "a schedule among the parameters",
    "misplaced_key",
    '[hand]\n[parameters]\n▲schedule = "0 7 * * *"\n',
    ["[hand] has none"],
  ),
  doubtful("a tool named twice", "duplicate_tool", '[hand]\n[tools]\nrequired = ["a"]\noptional = [▲"a"]\n', [
    "tools.required",
  ]),
  broken(
    "an event that nobody raises",
    "unknown_event",
    '[hand]\n[triggers]\nevents = [▲"execution.suceeded:a"]\n',
    ["Did you mean `execution.succeeded`"],
  ),
  broken("an event about nothing", "unknown_event", '[hand]\n[triggers]\nevents = [▲"execution.failed"]\n', [
    "execution.failed:*",
  ]),
  broken(
    "files outside the project",
    "invalid_file_glob",
    '[hand]\n[triggers]\nevents = [▲"file:../x/*"]\n',
    ["`..`"],
  ),
  broken(
    "files by an absolute path",
    "invalid_file_glob",
    '[hand]\n[triggers]\nevents = [▲"file:/etc/*"]\n',
    ["relative"],
  ),
  broken("files in any folder", "invalid_file_glob", '[hand]\n[triggers]\nevents = [▲"file:in/*/a.csv"]\n', [
    "last part",
  ]),
  broken("a folder for a file", "invalid_file_glob", '[hand]\n[triggers]\nevents = [▲"file:inbox/"]\n', [
    "no file",
  ]),
  doubtful(
    "a hand that waits for itself",
    "own_event",
    '[hand]\nname = "a"\n[triggers]\nevents = [▲"execution.succeeded:a"]\n',
    ["never starts"],
  ),
];

export const BROKEN_MANIFESTS: readonly BrokenManifest[] = [
  ...TWENTY_BROKEN_MANIFESTS,
  ...FURTHER_BROKEN_MANIFESTS,
];
