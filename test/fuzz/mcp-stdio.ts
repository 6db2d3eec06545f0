import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createMcpHost } from "../../src/tools/index.ts";
import { fc } from "../support/properties.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { assertFit, defineTarget, orRefused } from "./fuzz.ts";
import { editedText } from "./hostile.ts";

const RESULT = JSON.stringify({ content: [{ type: "text", text: "hello" }], structuredContent: { a: 1 } });

const nested = fc
  .record({ depth: fc.integer({ min: 1, max: 100_000 }), isList: fc.boolean() })
  .map(({ depth, isList }) => {
    const [open, close, inside] = isList ? ["[", "]", ""] : ['{"a":', "}", "1"];
    const deep = `${open.repeat(depth)}${inside}${close.repeat(depth)}`;
    return `{"content":[],"structuredContent":{"deep":${deep}}}`;
  });

/** A child that says on its stdout what the input has as the result of a call, whatever it is, and answers the call once more, properly. */
export const mcpStdioTarget = defineTarget({
  name: "mcp-stdio",
  inputs: fc.oneof(editedText([RESULT]), nested),
  count: 60,
  async open() {
    const dir = mkdtempSync(path.join(tmpdir(), "hands-fuzz-mcp-"));
    const toolsPath = path.join(dir, "tools.json");
    writeFileSync(toolsPath, JSON.stringify([{ name: "say", inputSchema: { type: "object" }, does: "raw" }]));
    const host = createMcpHost({
      clock: systemClock,
      logger: silentLogger,
      environment: { PATH: process.env["PATH"] },
      programVersion: "test",
      fetch: globalThis.fetch,
      redact: (text) => text,
    });
    const context = await createTestToolContext();
    onTestFinished(async () => {
      await host.stop();
      await context[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true });
    });
    const use = host.use({
      name: "fuzz",
      handName: "h",
      versionHash: "1",
      transport: {
        kind: "stdio",
        command: [process.execPath, path.resolve("test/support/mcp-server.mjs"), toolsPath],
        environment: {},
        cwd: dir,
        root: dir,
      },
      isTrusted: false,
      connectTimeoutMs: 60_000,
      callTimeoutMs: 60_000,
    });
    const [say] = await use.listTools(new AbortController().signal);
    if (say === undefined) throw new Error("the server has no tool");
    return async (result) => {
      const said = await orRefused(() => say.execute({ result }, context));
      if (said !== undefined) assertFit(JSON.stringify(said));
      const after = await say.execute({ result: "" }, context);
      expect(JSON.stringify(after)).toContain("after");
    };
  },
});
