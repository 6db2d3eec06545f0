import type { Colors } from "./terminal.ts";

type Paint = "green" | "red" | "yellow" | "cyan" | "dim";

const PAINTS: Readonly<Record<string, Paint>> = {
  success: "green",
  delivered: "green",
  approved: "green",
  auto_approved: "green",
  done: "green",
  scheduled: "green",
  failure: "red",
  failed: "red",
  error: "red",
  timeout: "red",
  rejected: "red",
  denied: "red",
  approval_pending: "yellow",
  awaiting: "yellow",
  pending: "yellow",
  waiting: "yellow",
  unknown: "yellow",
  paused: "yellow",
  alive: "green",
  outdated: "yellow",
  silent: "red",
  running: "cyan",
  queued: "cyan",
  executing: "cyan",
};

/** A status in its colour; the word is always there. */
export function formatStatusCell(colors: Colors, status: string): string {
  return colors[PAINTS[status] ?? "dim"](status);
}
