import { basename } from "node:path";
import { assertMayDecide } from "../approvals/index.ts";
import type { HandExplanation } from "../explain/index.ts";
import { explainPackage } from "../explain/index.ts";
import type { PackageSource } from "../installs/index.ts";
import {
  describeSource,
  installHand,
  parseSource,
  prepareInstall,
  readPackage,
  withHandsChange,
} from "../installs/index.ts";
import type { InstalledHand } from "../manifest/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { confirm } from "./confirm.ts";
import { EXIT } from "./exit-codes.ts";
import { formatExplanation } from "./explain/format-explanation.ts";
import { readOperatorName } from "./operator.ts";
import { toLine } from "./printable.ts";
import { loadProject, withWritingStore } from "./project.ts";

/** Installs a hand from elsewhere, untrusted. Throws: `invalid_argument`, `invalid_manifest`, `path_outside`, `too_large`, `tool_failed`. */
export async function installFrom(
  context: CommandContext,
  written: string,
  wanted: { readonly folder: string | undefined; readonly isSure: boolean },
): Promise<number> {
  assertMayDecide(context.environment);
  const { config } = await loadProject(context);
  const { handsDir } = config;
  // Ctrl-C ends what fetches, and leaves nothing half-written behind.
  using interrupts = context.interrupts.listen();
  const source = await parseSource(written, context.cwd);
  const found = await readPackage(source, {
    environment: context.environment,
    signal: interrupts.signal,
    ...(wanted.folder === undefined ? {} : { folder: wanted.folder }),
  });
  return await withHandsChange(handsDir, async (workDir) => {
    const fallbackName = guessName(source, found.folder);
    const prepared = await prepareInstall(found.files, { workDir, handsDir, fallbackName });
    const { hand, hash, change } = prepared;
    const explanation = await explainPackage(config, hand);
    const { err } = context.terminal;
    err.write(formatExplanation(err, explanation));
    if (found.leftOut.length > 0) say(context, `Left out: ${toLine(found.leftOut.join(", "))}`);
    if (change === "same") {
      say(context, `${hand.name} is installed already, exactly so.`);
      return EXIT.ok;
    }
    const question =
      change === "new" ? `Install ${hand.name}?` : `Replace the ${hand.name} that is installed?`;
    if (!(await confirm(context, { isSure: wanted.isSure, message: question }))) {
      say(context, "Nothing was installed.");
      return EXIT.cancelled;
    }
    const facts = { handsDir, workDir, source: describeSource(source), commit: found.commit };
    const installed = await withWritingStore(context, config, (store) =>
      installHand(store, prepared, { ...facts, by: readOperatorName() }),
    );
    report(context, installed, hash, explanation);
    return EXIT.ok;
  });
}

function report(
  context: CommandContext,
  installed: InstalledHand,
  hash: string,
  explanation: HandExplanation,
): void {
  const { folder, source, commit, trusted } = installed;
  const isTrusted = trusted?.hash === hash;
  if (context.isJson) writeJson(context, { name: folder, source, commit, hash, isTrusted, explanation });
  say(
    context,
    isTrusted
      ? `${folder} is installed, and trusted as it is.`
      : `${folder} is installed and nothing of it runs: read it, then \`hands trust ${folder}\`.`,
  );
}

/** What a hand is called whose manifest does not say: its folder, its archive or its repository. */
function guessName(source: PackageSource, folder: string): string {
  if (folder !== "") return basename(folder);
  const written = source.kind === "git" ? source.url : source.path;
  return basename(written.replace(/[:]/g, "/")).replace(/\.(git|tar\.gz|tgz|tar|zip)$/i, "");
}
