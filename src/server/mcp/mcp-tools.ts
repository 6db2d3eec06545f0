import type { z } from "zod";
import { HandsError } from "../../core/index.ts";
import type { Route } from "../route.ts";
import { approvalRoutes } from "../routes/approvals.ts";
import { executionRoutes } from "../routes/executions.ts";
import { handRoutes } from "../routes/hands.ts";
import { triggerRoutes } from "../routes/trigger.ts";

/** One tool of the MCP server: an operation of the API under a name for models. */
export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly route: Route;
  readonly isReadOnly: boolean;
}

const ROUTES = [...handRoutes, ...executionRoutes, ...approvalRoutes, ...triggerRoutes];

/**
 * What a program that speaks MCP may do: look, and start hands. Nothing that decides, pauses, cancels or administers is here, whatever the
 * scopes of its token.
 */
export const MCP_TOOLS: readonly McpTool[] = [
  look(
    "list_hands",
    "listHands",
    "The hands there are: what each is for, whether it can run, when it runs next.",
  ),
  look("show_hand", "getHand", "Everything about one hand: prompt, tools, gates, parameters, next fires."),
  look(
    "list_executions",
    "listExecutions",
    "Executions, newest first; filter by hand, status, outcome or text.",
  ),
  look("show_execution", "getExecution", "One execution: its output, steps, approvals and deliveries."),
  look(
    "list_approvals",
    "listApprovals",
    "What waits for a human's decision. Only people decide; no tool here does.",
  ),
  {
    name: "trigger_hand",
    description: "Start a hand now; gives the execution's id at once. Its gates still ask people.",
    route: findRoute("triggerHand"),
    isReadOnly: false,
  },
];

/** The arguments of a tool: the address, the query and the body of its operation in one. */
export function readShape({ params, query, body }: Route): Record<string, z.ZodType> {
  const members = [params, query, body].flatMap((schema) =>
    schema !== undefined && "shape" in schema ? [schema.shape as Record<string, z.ZodType>] : [],
  );
  return Object.assign({}, ...members);
}

function look(name: string, id: string, description: string): McpTool {
  return { name, description, route: findRoute(id), isReadOnly: true };
}

function findRoute(id: string): Route {
  const route = ROUTES.find((candidate) => candidate.id === id);
  if (route === undefined) throw new HandsError("internal", `no operation is called ${id}`);
  return route;
}
