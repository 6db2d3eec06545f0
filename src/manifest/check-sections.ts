import { isPlainObject } from "../core/index.ts";
import type { DocumentPath } from "./document-paths.ts";
import { formatPath, tableAt, valueAt } from "./document-paths.ts";
import type { ManifestProblem } from "./types.ts";

const SECRET_KEY =
  /(?:^|[_-])(?:api[_-]?key|access[_-]?key|private[_-]?key|password|passwd|secret|token|credentials?|authorization)$/i;

/** An MCP server is either a command or an address. */
export function checkMcpServers(document: unknown): ManifestProblem[] {
  return Object.entries(tableAt(document, ["mcp"])).flatMap(([name, server]) => {
    if (!isPlainObject(server)) return [];
    const hasCommand = Object.hasOwn(server, "command");
    const hasUrl = Object.hasOwn(server, "url");
    if (hasCommand !== hasUrl) return [];
    const path = ["mcp", name];
    const message = `\`${formatPath(path)}\` has ${hasCommand ? "both command and url" : "neither command nor url"}; expected one of them`;
    const hint = hasCommand
      ? "Keep the one that is meant."
      : 'Add `command = ["npx", "-y", "…"]` or `url = "https://…"`.';
    return [
      {
        severity: "error",
        code: "invalid_mcp_server",
        message,
        path: hasCommand ? [...path, "url"] : path,
        at: "key",
        hint,
      },
    ];
  });
}

/** What a manifest cannot say of its own servers: that they are to be believed, and secrets that it is not given. */
export function checkMcpClaims(document: unknown): ManifestProblem[] {
  const named = valueAt(document, ["secrets", "names"]);
  const names: readonly unknown[] = Array.isArray(named) ? named : [];
  return Object.entries(tableAt(document, ["mcp"])).flatMap(([server, table]) => {
    if (!isPlainObject(table)) return [];
    const trust = Object.hasOwn(table, "trusted") ? [refuseTrust(server)] : [];
    return [
      ...trust,
      ...["env", "headers"].flatMap((key) => findUnnamedSecrets(["mcp", server, key], table[key], names)),
    ];
  });
}

function refuseTrust(server: string): ManifestProblem {
  return {
    severity: "error",
    code: "mcp_trust",
    message: `\`mcp.${server}.trusted\` is not for a hand to say`,
    path: ["mcp", server, "trusted"],
    at: "key",
    hint: `Remove it; the operator can define [mcp.${server}] in hands.toml and trust it there.`,
  };
}

function findUnnamedSecrets(
  path: DocumentPath,
  values: unknown,
  names: readonly unknown[],
): ManifestProblem[] {
  return Object.entries(isPlainObject(values) ? values : {}).flatMap(([key, value]): ManifestProblem[] => {
    const secret = isPlainObject(value) ? value["secret"] : undefined;
    if (typeof secret !== "string" || names.includes(secret)) return [];
    return [
      {
        severity: "error",
        code: "unnamed_secret",
        message: `\`${formatPath([...path, key])}\` takes the secret ${secret}, which [secrets] does not name`,
        path: [...path, key],
        at: "value",
        hint: `Add ${JSON.stringify(secret)} to \`names\` in [secrets].`,
      },
    ];
  });
}

/** A tool that is named twice, where the second mention says nothing or the contrary of the first. */
export function checkToolLists(document: unknown): ManifestProblem[] {
  const seen = new Map<string, string>();
  return (["required", "optional"] as const).flatMap((list) => {
    const tools = valueAt(document, ["tools", list]);
    return (Array.isArray(tools) ? tools : []).flatMap((tool: unknown, index): ManifestProblem[] => {
      const name = isPlainObject(tool) ? tool["name"] : tool;
      if (typeof name !== "string") return [];
      const first = seen.get(name);
      seen.set(name, first ?? list);
      if (first === undefined) return [];
      const message = `The tool \`${name}\` is named twice, first in \`tools.${first}\``;
      return [
        {
          severity: "warning",
          code: "duplicate_tool",
          message,
          path: ["tools", list, index],
          at: "value",
          hint: "Keep one of them; `required` wins.",
        },
      ];
    });
  });
}

/** A hand that waits for its own event is never started by it. */
export function checkOwnEvents(document: unknown, handName: string | null): ManifestProblem[] {
  const events = valueAt(document, ["triggers", "events"]);
  if (handName === null || !Array.isArray(events)) return [];
  return events.flatMap((event: unknown, index): ManifestProblem[] => {
    if (typeof event !== "string" || !event.endsWith(`:${handName}`)) return [];
    const message = `\`${event}\` is the hand's own event, which never starts it`;
    return [
      {
        severity: "warning",
        code: "own_event",
        message,
        path: ["triggers", "events", index],
        at: "value",
        hint: "Name another hand, or use a schedule.",
      },
    ];
  });
}

/** A text under a key that sounds like a secret: parameters are shown to the model and on the dashboard. */
export function checkSecrets(document: unknown): ManifestProblem[] {
  const problems = [...findSecrets(valueAt(document, ["parameters"]), ["parameters"])];
  for (const name of Object.keys(tableAt(document, ["mcp"]))) {
    for (const key of ["env", "headers"]) {
      problems.push(...findSecrets(valueAt(document, ["mcp", name, key]), ["mcp", name, key]));
    }
  }
  return problems;
}

function findSecrets(value: unknown, path: DocumentPath): ManifestProblem[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => findSecrets(item, [...path, index]));
  // Inside `{ secret = "NAME" }` stands a name.
  if (isPlainObject(value) && path[0] === "mcp" && path.length > 3) return [];
  if (isPlainObject(value))
    return Object.entries(value).flatMap(([key, item]) => findSecrets(item, [...path, key]));
  const key = path.at(-1);
  if (typeof value !== "string" || value === "" || typeof key !== "string" || !SECRET_KEY.test(key))
    return [];
  const message = `\`${formatPath(path)}\` looks like a secret, and a manifest is shown to the model and to people`;
  const hint = 'Keep the value in the environment, and name it in [secrets] as `names = ["…"]`.';
  return [{ severity: "warning", code: "secret_in_manifest", message, path, at: "key", hint }];
}
