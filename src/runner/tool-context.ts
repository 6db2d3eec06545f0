import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { HandsError, resolveConfinedPath } from "../core/index.ts";
import type { StepRow } from "../store/index.ts";
import type { ToolContext } from "../tools/index.ts";
import { createBoundedFetch } from "../tools/index.ts";
import { openSandbox } from "./confinement.ts";
import { createHandMemory } from "./hand-memory.ts";
import { createProgramPorts } from "./program-ports.ts";
import type { RunContext } from "./run-context.ts";

/** The largest answer a tool may fetch. */
const LARGEST_FETCH_BYTES = 10 * 1024 * 1024;

/** Where what a call came to is from; becomes true as soon as the call has reached for something outside. */
export interface CallOrigin {
  isOutside: boolean;
}

/** What a tool is given for one call: the hand's own memory, secrets, network and skills, under one idempotency key. */
export function createToolContext(
  run: RunContext,
  step: StepRow,
  signal: AbortSignal,
  origin: CallOrigin,
): ToolContext {
  const { parts } = run;
  const handName = run.row.hand_name;
  const fetch = createBoundedFetch({
    allow: run.today.network.allow,
    maxBytes: LARGEST_FETCH_BYTES,
    timeoutMs: 60_000,
    signal,
  });
  return {
    handName,
    executionId: run.row.id,
    idempotencyKey: `${run.row.id}:step:${step.step_index}`,
    signal,
    workspace: run.workspace,
    parameters: run.parameters,
    secrets: parts.readSecrets(run.version.config.secrets),
    fetch: (url, init) => {
      // Whatever the tool says of itself, what it gives may be what a server answered.
      origin.isOutside = true;
      return fetch(url, init);
    },
    memory: createHandMemory(run, origin),
    checkDatabase: parts.checkDatabase,
    ports: createProgramPorts(run, `${run.row.id}:step:${step.step_index}`, signal),
    confine: openSandbox(parts, run.version.config, run.workspace),
    readSkill: (name, file) => readSkill(run, name, file),
    noteOutside: () => {
      origin.isOutside = true;
    },
    log: (message) =>
      parts.logger.info(parts.redactor.text(message), { hand: handName, execution: run.row.id }),
  };
}

async function readSkill(run: RunContext, name: string, file: string | undefined): Promise<string> {
  const skill = run.version.config.skills.find((candidate) => candidate.name === name);
  if (skill === undefined) {
    const names = run.version.config.skills.map((candidate) => candidate.name).join(", ") || "none";
    throw new HandsError(
      "tool_failed",
      `this hand has no skill ${JSON.stringify(name)}; its skills are: ${names}`,
    );
  }
  if (file === undefined) return await readFile(join(run.version.dir, skill.path), "utf8");
  const folder = dirname(join(run.version.dir, skill.path));
  return await readFile(await resolveConfinedPath(folder, file), "utf8");
}
