import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createChannelSet, createFileChannel, nameOutputFile } from "../../src/channels/index.ts";

function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "hands-drop-"));
  onTestFinished(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const output = (folder: string, payload = "words") => ({
  deliveryId: "01m83hxq0000000012345678",
  handName: "oracle",
  executionId: "01execution",
  format: "markdown",
  payload,
  destination: folder,
  completedAt: Date.UTC(2026, 0, 5, 7, 0, 30, 123),
});
const signal = new AbortController().signal;

test.each([
  ["markdown", "oracle_2026-01-05T07-00-30Z_12345678.md"],
  ["json", "oracle_2026-01-05T07-00-30Z_12345678.json"],
  ["html", "oracle_2026-01-05T07-00-30Z_12345678.html"],
  ["another", "oracle_2026-01-05T07-00-30Z_12345678.txt"],
])("an output of %s is a file named after hand, instant and delivery", (format, name) => {
  expect(nameOutputFile({ ...output(""), format })).toBe(name);
});

test("a delivery that is made again writes the same file again, and leaves nothing else", async () => {
  const folder = path.join(openFolder(), "made", "for", "it");
  const channel = createFileChannel(folder);
  const file = await channel.deliver(output(folder, "first"), signal);
  expect(await channel.deliver(output(folder, "second"), signal)).toBe(file);
  expect(readdirSync(folder)).toEqual([path.basename(file ?? "")]);
  expect(readFileSync(file ?? "", "utf8")).toBe("second");
});

test("a folder that cannot be written to is a failure that may be tried again, with what to do", async () => {
  const folder = openFolder();
  writeFileSync(path.join(folder, "file"), "");
  await expect(
    createFileChannel(folder).deliver(output(path.join(folder, "file")), signal),
  ).rejects.toMatchObject({
    code: "delivery_failed",
    details: { retryable: true },
    hint: expect.stringContaining("file_drop"),
  });
});

test("channels are found by name, and one that is not there is not", () => {
  const channel = createFileChannel("/tmp/x");
  const channels = createChannelSet([{ ...channel, name: "news" }]);
  expect(channels.names).toEqual(["news"]);
  expect(channels.find("news")?.destination).toBe("/tmp/x");
  expect(channels.find("telegram")).toBeUndefined();
});
