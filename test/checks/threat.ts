import type { PeerFailure } from "./peer-failures.ts";

/** A row of the threat model in docs/security.md. */
export interface Threat extends Pick<PeerFailure, "heldBy"> {
  readonly threat: string;
  /** Who, from where. */
  readonly from: string;
  readonly defence: string;
}

export const A_MODEL = "a model, or what it read";
export const A_PACKAGE = "the maker of a hand";
export const A_SERVER = "a server on the network";
export const A_PAGE = "a web page in your browser";
export const A_USER = "another user of the machine";
export const A_SENDER = "anybody who reaches the port";
