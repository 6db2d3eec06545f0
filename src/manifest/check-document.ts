import { isPlainObject } from "../core/index.ts";
import { checkEvents } from "./check-events.ts";
import { checkForms } from "./check-forms.ts";
import { checkGates } from "./check-gates.ts";
import { checkSchedule } from "./check-schedule.ts";
import {
  checkMcpClaims,
  checkMcpServers,
  checkOwnEvents,
  checkSecrets,
  checkToolLists,
} from "./check-sections.ts";
import type { CheckedDocument } from "./check-shape.ts";
import { checkShape } from "./check-shape.ts";
import { checkTrigger } from "./check-trigger.ts";
import { findUnknownKeys } from "./find-unknown-keys.ts";
import type { ManifestProblem } from "./types.ts";

/** Every problem of a native document that it has by itself, without its folder. */
export function checkDocument(
  document: Readonly<Record<string, unknown>>,
  name: string | null,
  checked: CheckedDocument,
): ManifestProblem[] {
  if (!isPlainObject(document["hand"])) return checkShape(document, checked);
  return [
    ...checkShape(document, checked),
    ...findUnknownKeys(document),
    ...checkSchedule(document, checked.success),
    ...checkTrigger(document),
    ...checkEvents(document),
    ...checkGates(document, checked.success),
    ...checkForms(document),
    ...checkMcpServers(document),
    ...checkMcpClaims(document),
    ...checkToolLists(document),
    ...checkOwnEvents(document, name),
    ...checkSecrets(document),
  ];
}
