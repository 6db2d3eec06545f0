import type { z } from "zod";
import { isPlainObject } from "../core/index.ts";
import type { DocumentPath } from "./document-paths.ts";
import { formatPath, tableAt } from "./document-paths.ts";
import { gateTable } from "./hand-toml-schema.ts";
import { keepValid } from "./keep-valid.ts";
import type { ManifestProblem } from "./types.ts";
import { compileWhen, isWhenFault } from "./when.ts";

/** Whether each gate's delays agree, and its condition can be read. `isSound` says that the document fits its schema. */
export function checkGates(document: unknown, isSound: boolean): ManifestProblem[] {
  return Object.entries(tableAt(document, ["approval_gates"])).flatMap(([key, written]) =>
    isPlainObject(written)
      ? checkGate(["approval_gates", key], keepValid(gateTable, written, { isSound }))
      : [],
  );
}

function checkGate(path: DocumentPath, gate: Partial<z.infer<typeof gateTable>>): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  const { auto_approve_after: approval, expires_after: expiry, when } = gate;
  if (approval !== undefined && expiry !== undefined && expiry <= approval) {
    problems.push({
      severity: "error",
      code: "expiry_before_approval",
      message: `\`${formatPath(path)}\` expires after ${expiry} s, so it is never approved automatically after ${approval} s`,
      path: [...path, "expires_after"],
      at: "value",
      hint: "Make `expires_after` greater than `auto_approve_after`, or remove one of them.",
    });
  }
  const condition = when === undefined ? undefined : compileWhen(when);
  if (condition !== undefined && isWhenFault(condition)) {
    problems.push({
      severity: "error",
      code: "invalid_when",
      message: `\`${formatPath([...path, "when"])}\` ${condition.error}`,
      path: [...path, "when"],
      at: "value",
      hint: condition.hint,
    });
  }
  return problems;
}
