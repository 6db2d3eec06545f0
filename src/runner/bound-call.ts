import type { BoundFile } from "../approvals/index.ts";
import {
  collectNamedFiles,
  hashBoundFiles,
  loadApproval,
  readBoundFiles,
  verifyBinding,
} from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import type { StepRow } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";
import type { PreparedCall } from "./prepare-call.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The files that a call's arguments name, as they are now, with those of `known` paths. What did not exist when it was asked about, and
 * does now, is among them.
 */
export async function readNamedFiles(
  workspace: string,
  tool: CallableTool,
  args: JsonObject,
  known: readonly string[] = [],
): Promise<readonly BoundFile[]> {
  const named = await collectNamedFiles(args, workspace);
  // A tool in a worker knows the files of what it parsed itself.
  const parsed = await tool.parse(args);
  const declared = parsed.ok ? tool.files(parsed.args) : [];
  return await hashBoundFiles([...new Set([...known, ...named, ...declared])], { root: workspace });
}

/** What is not as it was when a human allowed the call; empty where all is. A call that nobody was asked about differs in nothing. */
export async function findDifferences(
  run: RunContext,
  step: StepRow,
  judged: Exclude<PreparedCall, { kind: "refused" }>,
): Promise<readonly string[]> {
  if (step.approval_id === null) return [];
  const approval = await loadApproval(run.parts.store, step.approval_id);
  const known = readBoundFiles(approval).map((file) => file.path);
  const verdict = verifyBinding(approval, {
    argsHash: judged.argsHash,
    files: await readNamedFiles(run.workspace, judged.tool, judged.args, known),
    versionHash: run.version.hash,
    toolVersion: judged.tool.descriptor.version,
    // The answer to an unknown effect was about the very call that a gate had let through before.
    ...(judged.kind === "ask" && approval.kind === "approval" ? { decision: judged.decision } : {}),
  });
  return verdict.ok ? [] : [...verdict.differs, ...verdict.files];
}
