import type { z } from "zod";
import type { Actor } from "./auth/identify.ts";
import type { Scope } from "./auth/scopes.ts";
import type { ServerContext } from "./server-context.ts";

type Members = z.ZodObject;
type NoMembers = z.ZodObject<Record<never, never>>;

/** A request that has been checked against its route. */
export interface RouteInput<Params extends Members, Query extends Members, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  readonly actor: Actor;
  readonly headers: Headers;
}

/** One operation of the API: what it takes and gives, who may use it, and what it does. */
export interface RouteDefinition<
  Params extends Members = NoMembers,
  Query extends Members = NoMembers,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: "get" | "post" | "delete";
  /** With `{name}` for parameters. */
  readonly path: string;
  /** Unique; what a generated client calls it. */
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  /** What the caller needs; null: to be somebody. */
  readonly scope: Scope | null;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** A request header that the route reads, for the document. */
  readonly header?: { readonly name: string; readonly description: string };
  /** Default: 200. */
  readonly status?: 200 | 201 | 202;
  readonly answer: Answer;
  handle(input: RouteInput<Params, Query, Body>, context: ServerContext): Promise<z.output<Answer>>;
}

/** A route whose own types have been forgotten. */
export type Route = Omit<RouteDefinition<Members, Members, z.ZodType>, "handle"> & {
  readonly handle: (
    input: RouteInput<Members, Members, z.ZodType>,
    context: ServerContext,
  ) => Promise<unknown>;
};

/** Writes down one operation. */
export function defineRoute<
  Answer extends z.ZodType,
  Params extends Members = NoMembers,
  Query extends Members = NoMembers,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: RouteDefinition<Params, Query, Body, Answer>): Route {
  // The engine checks what it hands to `handle` by the very schemas that its types come from.
  return definition as unknown as Route;
}
