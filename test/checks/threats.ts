import { AGENT_THREATS } from "./agent-threats.ts";
import { MACHINE_THREATS } from "./machine-threats.ts";
import { PACKAGE_THREATS } from "./package-threats.ts";
import type { Threat } from "./threat.ts";

/** What is defended, each with tests that fail when the defence is taken away. */
export const THREATS: readonly Threat[] = [...AGENT_THREATS, ...PACKAGE_THREATS, ...MACHINE_THREATS];
