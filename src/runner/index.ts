export {
  type BudgetState,
  listDayBudgets,
  NO_PROJECT_LIMITS,
  type ProjectLimits,
  readBudget,
} from "./budgets.ts";
export { EXECUTION_TRANSITIONS, STEP_TRANSITIONS } from "./execution-transitions.ts";
export { listServerTools } from "./list-server-tools.ts";
export type { LiveText, LiveTextSource } from "./live-text.ts";
export { settleServer } from "./plan-mcp-servers.ts";
export { HandRunner } from "./runner.ts";
export type { HandDirectory, HandLookup, RunnerParts, StartRequest } from "./types.ts";
export { unpackKeptVersion } from "./version-keeper.ts";
