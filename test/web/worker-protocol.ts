import type { HandsError } from "../../src/core/index.ts";
import type { ModelPrice, ModelReply, ModelRequest } from "../../src/models/index.ts";
import type { ProjectConfig, RuntimeRoles } from "../../src/runtime/index.ts";

/** What a worker process is told. Its model is the test's: what it is asked goes there and comes back. */
export type ToWorker =
  | {
      readonly kind: "start";
      readonly config: ProjectConfig;
      readonly roles: RuntimeRoles;
      readonly price: ModelPrice | null;
    }
  | { readonly kind: "text"; readonly id: number; readonly text: string }
  | { readonly kind: "reply"; readonly id: number; readonly reply: ModelReply }
  | { readonly kind: "failure"; readonly id: number; readonly failure: WireFailure }
  | { readonly kind: "stop" };

/** What a worker process says. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "ask"; readonly id: number; readonly request: ModelRequest }
  | { readonly kind: "abort"; readonly id: number };

/** A `HandsError` on its way between processes. */
export interface WireFailure {
  readonly code: string;
  readonly message: string;
  readonly details: HandsError["details"];
}
