import type { HandDifference, NodeJson } from "../runtime/index.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatTable } from "./format-table.ts";
import { formatDistance } from "./format-time.ts";
import { shortenId } from "./resolve-id.ts";
import type { OutputStream } from "./terminal.ts";

/** Nodes as a table. */
export function formatNodes(out: OutputStream, nodes: readonly NodeJson[], nowMs: number): string {
  return formatTable(
    out,
    ["ID", "HOST", "PID", "STATE", "ROLES", "LOAD", "VERSION", "SEEN", "HANDS"],
    nodes.map((node) => [
      shortenId(node.id),
      node.hostName,
      String(node.pid),
      formatStatusCell(out.colors, node.state),
      node.roles.join("+") || "none",
      `${node.activeCount}/${node.maxActive}`,
      `${node.programVersion}${node.isOtherVersion ? " (differs)" : ""}`,
      formatDistance(node.lastSeenAt, nowMs),
      describeHands(node),
    ]),
  );
}

const WORDS: Readonly<Record<HandDifference["kind"], string>> = {
  changed: "other version",
  missing: "missing",
  extra: "only here",
};

function describeHands({ handsVersion, handsDifferences }: NodeJson): string {
  if (handsVersion === null) return "-";
  if (handsDifferences.length === 0) return handsVersion;
  const [first, ...others] = handsDifferences.map(({ handName, kind }) => `${handName} ${WORDS[kind]}`);
  return `differs: ${first ?? ""}${others.length === 0 ? "" : ` and ${others.length} more`}`;
}
