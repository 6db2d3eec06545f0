import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import { listKeys, remember } from "./memory-rows.ts";

/** A disk of its own, of four megabytes; null where this user may mount none. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), "hands-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmdirSync(folder);
    return null;
  }
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
    rmdirSync(folder);
  });
  return folder;
}

const open = (db: string): Promise<Store> => openStore({ db, clock: systemClock, logger: silentLogger });

const write = (store: Store, key: string) =>
  store.transaction(async (transaction) => {
    await remember(transaction, key);
    await remember(transaction, `${key}-${"x".repeat(50_000)}`);
  });

test("on a disk that is full a write is told and leaves nothing, reads go on, and with room so do writes", async ({
  skip,
}) => {
  const disk = mountSmallDisk();
  if (disk === null) return skip("this user may mount no disk");
  const store = await open(path.join(disk, "hands.db"));
  onTestFinished(() => store.close());
  await write(store, "first");
  const ballast = path.join(disk, "ballast");
  expect(() => writeFileSync(ballast, Buffer.alloc(8_000_000))).toThrow(/ENOSPC/);
  let writtenCount = 1;
  const fill = async () => {
    for (; writtenCount < 1000; writtenCount += 1) await write(store, `more-${writtenCount}`);
  };
  await expect(fill()).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining("the disk is full"),
    hint: expect.stringContaining("Free some space"),
  });
  await expect(write(store, "refused")).rejects.toMatchObject({ code: "store_failed" });
  expect(await listKeys(store)).toHaveLength(2 * writtenCount);
  await expect(open(path.join(disk, "new", "hands.db"))).rejects.toMatchObject({ code: "store_failed" });
  rmSync(ballast);
  await write(store, "after");
  const keys = await listKeys(store);
  expect(keys).toHaveLength(2 * (writtenCount + 1));
  expect(keys).not.toContain("refused");
});

test("a disk that can only be read is told at the start", async ({ skip }) => {
  const disk = mountSmallDisk();
  if (disk === null) return skip("this user may mount no disk");
  const file = path.join(disk, "hands.db");
  await (await open(file)).close();
  execFileSync("mount", ["-o", "remount,ro", disk]);
  await expect(open(file)).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining(file),
    hint: expect.stringMatching(/permissions|write/),
  });
  await expect(open(path.join(disk, "new.db"))).rejects.toMatchObject({ code: "store_failed" });
});
