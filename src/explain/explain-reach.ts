import { joinWords } from "./join-words.ts";
import type { ExplainedFacts } from "./types.ts";

/** Built-in tools that open connections to places that their arguments name. */
const NETWORK_TOOLS: readonly string[] = ["web_fetch", "rss_fetch", "http_get", "http_request"];

/** What of the world outside of itself the hand can touch: network, files, secrets, programs, other hands. */
export function explainReach({ hand, tools }: ExplainedFacts): readonly string[] {
  const { network, output, secrets, mcp, git, sandbox } = hand;
  const names = tools.map(({ name }) => name);
  const hasOwnCode = hand.scriptPath !== null || hand.toolPaths.length > 0;
  const reaching = names.filter((name) => NETWORK_TOOLS.includes(name));
  const mayFetch = reaching.length > 0 || hand.toolPaths.length > 0;
  const sentences: string[] = [];
  if (!mayFetch) sentences.push("Network: none of its tools opens a connection of the hand's choice.");
  else {
    const through =
      reaching.length === 0 ? "through the `fetch` of its own tools" : `through ${joinWords(reaching)}`;
    sentences.push(
      network.allow === null
        ? `Network: any public host, ${through}; no address of this machine or its networks.`
        : `Network: ${network.allow.length === 0 ? "no host at all" : joinWords(network.allow)}, ${through}; nothing else.`,
    );
  }
  const files = names.filter((name) => ["file_read", "file_list", "file_write"].includes(name));
  sentences.push(
    `Files: ${files.length === 0 ? "no file tools" : `its own workspace, through ${joinWords(files)}`}${output.fileDrop === null ? "" : `; its output goes to ${output.fileDrop}`}.`,
  );
  if (git.repositories.length > 0)
    sentences.push(
      `Repositories: ${joinWords(git.repositories.map((path) => `\`${path}\``))}, through ${joinWords(names.filter((name) => name.startsWith("git"))) || "none of its tools"}.`,
    );
  sentences.push(
    secrets.length === 0 ? "Secrets: none." : `Secrets: its tools are given ${joinWords(secrets)}.`,
  );
  if (names.includes("shell"))
    sentences.push(`Programs: any, through shell${sandbox.enabled ? ", in the sandbox" : ""}.`);
  if (sandbox.enabled)
    sentences.push(
      `Sandbox: ${hasOwnCode ? "its own code and " : ""}programs that it starts see ${sandbox.read.length === 0 ? "the system's files and its workspace" : `the system's files, its workspace and ${joinWords(sandbox.read)}`}, ${sandbox.network ? "with" : "without"} the network.`,
    );
  for (const [name, { command, url }] of Object.entries(mcp))
    sentences.push(`MCP server ${name}: ${command === null ? url : `starts \`${command.join(" ")}\``}.`);
  if (hasOwnCode)
    sentences.push(
      `Its own code (${joinWords([...(hand.scriptPath === null ? [] : ["hand.ts"]), ...(hand.toolPaths.length === 0 ? [] : ["tools/*.ts"])])}) ${sandbox.enabled ? "runs in the sandbox, and can open what is in there" : "is trusted: it can open what your user can, beside all of this"}.`,
    );
  return sentences;
}
