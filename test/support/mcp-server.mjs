// A small MCP server over stdio. Its tools are in a file that a test may rewrite; it behaves badly where it is told to.
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [, , toolsPath, ...behaviours] = process.argv;
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const readTools = () => JSON.parse(readFileSync(toolsPath, "utf8"));
const note = (line) => appendFileSync(`${toolsPath}.log`, `${line}\n`);

note(`start ${process.pid}`);
if (behaviours.includes("noise")) process.stdout.write("Starting up...\n{ not json }\n[1,2]\n");
if (behaviours.includes("family")) note(`child ${spawn("sleep", ["600"], { stdio: "ignore" }).pid}`);
if (behaviours.includes("fails")) {
  process.stderr.write("cannot find the licence file\n");
  process.exit(3);
}

const texts = (text) => ({ content: [{ type: "text", text }] });

const doings = {
  hang: () => {},
  die: () => process.exit(7),
  refuse: (id) => send({ id, error: { code: -32_602, message: "no such thing" } }),
  fail: (id) => send({ id, result: { isError: true, ...texts("it did not work") } }),
  environment: (id) => send({ id, result: texts(JSON.stringify(process.env)) }),
  big: (id, args) => send({ id, result: texts("x".repeat(args.byteLength)) }),
  /** Says what the arguments have as the result, as it is, and then another result of the same call. */
  raw: (id, args) => {
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${args.result}}\n`);
    send({ id, result: texts("after") });
  },
  /** Has other tools from now on, says so, and answers when they were asked for. */
  change: (id, args) => {
    writeFileSync(toolsPath, JSON.stringify(args.tools));
    afterList = () => send({ id, result: texts("changed") });
    send({ method: "notifications/tools/list_changed" });
  },
};
let afterList = () => {};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize" && !behaviours.includes("mute")) {
    const { protocolVersion } = params;
    const capabilities = { tools: { listChanged: true } };
    send({ id, result: { protocolVersion, capabilities, serverInfo: { name: "test", version: "1" } } });
  }
  if (method === "tools/list") {
    send({ id, result: { tools: readTools() } });
    afterList();
    afterList = () => {};
  }
  if (method !== "tools/call") return;
  const { name, arguments: args } = params;
  note(`call ${name} ${JSON.stringify(args)}`);
  const does = readTools().find((tool) => tool.name === name)?.does;
  if (does in doings) doings[does](id, args);
  else send({ id, result: texts(`${name} ${JSON.stringify(args)}`) });
});
