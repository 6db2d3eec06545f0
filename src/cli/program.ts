import { Command } from "commander";
import type { Act, AddCommand } from "./command-context.ts";
import { addAnswer } from "./commands/answer.ts";
import { addApprovals } from "./commands/approvals.ts";
import { addApprove } from "./commands/approve.ts";
import { addAudit } from "./commands/audit.ts";
import { addBackup } from "./commands/backup.ts";
import { addComplete } from "./commands/complete.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConvert } from "./commands/convert.ts";
import { addDev } from "./commands/dev.ts";
import { addDisable } from "./commands/disable.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEnable } from "./commands/enable.ts";
import { addExecution } from "./commands/execution.ts";
import { addExecutions } from "./commands/executions.ts";
import { addExplain } from "./commands/explain.ts";
import { addInit } from "./commands/init.ts";
import { addInstall } from "./commands/install.ts";
import { addList } from "./commands/list.ts";
import { addLogs } from "./commands/logs.ts";
import { addMcp } from "./commands/mcp.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addNew } from "./commands/new.ts";
import { addNext } from "./commands/next.ts";
import { addNodes } from "./commands/nodes.ts";
import { addPause } from "./commands/pause.ts";
import { addPrune } from "./commands/prune.ts";
import { addReject } from "./commands/reject.ts";
import { addReplay } from "./commands/replay.ts";
import { addRestore } from "./commands/restore.ts";
import { addResume } from "./commands/resume.ts";
import { addRun } from "./commands/run.ts";
import { addShow } from "./commands/show.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addTest } from "./commands/test.ts";
import { addToken } from "./commands/token.ts";
import { addTrust } from "./commands/trust.ts";
import { addUninstall } from "./commands/uninstall.ts";
import { addUp } from "./commands/up.ts";
import { addValidate } from "./commands/validate.ts";
import { addWhy } from "./commands/why.ts";
import type { Terminal } from "./terminal.ts";

/** Commands by what they are for, in the order of the help. */
const GROUPS: readonly (readonly [title: string, commands: readonly AddCommand[]])[] = [
  ["Begin:", [addInit, addNew, addDev, addUp, addDoctor]],
  [
    "Hands:",
    [
      addList,
      addShow,
      addExplain,
      addValidate,
      addConvert,
      addNext,
      addSimulate,
      addPause,
      addResume,
      addEnable,
      addDisable,
      addInstall,
      addTrust,
      addUninstall,
    ],
  ],
  ["Executions:", [addRun, addExecutions, addExecution, addLogs, addWhy, addReplay, addTest]],
  ["Approvals:", [addApprovals, addApprove, addReject, addAnswer]],
  [
    "Other:",
    [
      addNodes,
      addToken,
      addMcp,
      addAudit,
      addBackup,
      addRestore,
      addMigrate,
      addPrune,
      addCompletion,
      addComplete,
    ],
  ],
];

const EXIT_CODES = `
Exit codes:
  0 ok   1 failed   2 usage, configuration or manifest   3 cancelled   4 not authorised
  5 the execution did not succeed   6 it waits for a human   130 Ctrl-C
`;

/** Thrown where somebody asks for the version. */
export class VersionWanted extends Error {}

/** The whole command line. Defining it loads nothing that a command works with. */
export function createProgram(act: Act, terminal: Terminal): Command {
  const program = new Command("hands")
    .description("Runs autonomous agents that are packaged as folders.")
    .option("-V, --version", "Print the version")
    .option("--hands <dir>", "Folder of hands (HANDS_HANDS_DIR; default: hands)")
    .option("--db <path>", "Database file or postgres:// address (HANDS_DB; default: data/hands.db)")
    .option("--config <file>", "Project file (HANDS_CONFIG; default: hands.toml)")
    .option("--json", "Data as JSON, and no questions")
    .option("--no-color", "No colour (as NO_COLOR=1)")
    .helpOption("-h, --help", "Show help")
    .helpCommand("help [command]", "Show the help of a command")
    .configureHelp({ showGlobalOptions: true, ...createStyles(terminal) })
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      // What is wrong is said once, by `reportError`.
      writeErr: () => {},
      outputError: () => {},
      getOutHasColors: () => terminal.out.colors.isColorSupported,
      getErrHasColors: () => terminal.err.colors.isColorSupported,
      getOutHelpWidth: () => Math.min(terminal.out.columns, 120),
    })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText("after", EXIT_CODES)
    // Read only when it is asked for: the version is in a file, behind a door to much more.
    .on("option:version", () => {
      throw new VersionWanted();
    });
  for (const [title, commands] of GROUPS) {
    program.commandsGroup(title);
    for (const addCommand of commands) addCommand(program, act);
  }
  return program;
}

function createStyles(terminal: Terminal) {
  const { bold, cyan } = terminal.out.colors;
  return {
    styleTitle: (title: string) => bold(title),
    styleCommandText: (text: string) => cyan(text),
    styleSubcommandText: (text: string) => cyan(text),
  };
}
