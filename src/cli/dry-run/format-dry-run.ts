import { normaliseForHuman, normaliseJsonForHuman } from "../../approvals/index.ts";
import type { JsonObject, JsonValue } from "../../core/index.ts";
import { formatDuration, isPlainObject } from "../../core/index.ts";
import type { OutputStream } from "../terminal.ts";
import type { DryEffect, DryRun } from "./types.ts";

/** What would have been done, one thing after another, each with what the gates said and the exact arguments. */
export function formatEffects(out: OutputStream, { effects, output }: DryRun): string {
  if (effects.length === 0) return "It would change nothing.\n";
  return effects.map((effect) => formatEffect(out, effect, output)).join("");
}

/** The output itself stands elsewhere, once. */
function shorten({ kind, args }: DryEffect, output: string): JsonValue {
  return kind === "delivery" && isPlainObject(args) && args["payload"] === output
    ? { ...(args as JsonObject), payload: "(the output)" }
    : args;
}

function formatEffect({ colors }: OutputStream, effect: DryEffect, output: string): string {
  const { bold, dim, green, red, yellow } = colors;
  const sign = {
    unasked: green("would do "),
    asks: yellow("would ask"),
    refused: red("refused  "),
  }[effect.decision];
  const what = effect.kind === "delivery" ? `deliver to ${effect.name}` : effect.name;
  const kind = effect.effect === null ? "" : dim(` (${effect.effect})`);
  const args = (JSON.stringify(normaliseJsonForHuman(shorten(effect, output)), null, 2) ?? "null").replaceAll(
    "\n",
    "\n          ",
  );
  const said = describeDecision(effect);
  return `${sign} ${bold(normaliseForHuman(what))}${kind}${said === "" ? "" : `: ${normaliseForHuman(said)}`}\n          ${args}\n`;
}

function describeDecision(effect: DryEffect): string {
  const { decision, gate, description, autoApproveAfter, expiresAfter } = effect;
  if (decision === "unasked") return "";
  if (decision === "refused") return description ?? "";
  const by = gate === null ? "neither a gate nor `unattended` lists it" : `gate ${gate}`;
  const silence =
    autoApproveAfter === null
      ? expiresAfter === null
        ? ""
        : `; without an answer no, after ${formatDuration(expiresAfter * 1000)}`
      : `; without an answer yes, after ${formatDuration(autoApproveAfter * 1000)}`;
  return `${description ?? ""} (${by}${silence})`;
}
