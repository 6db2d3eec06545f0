import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describeError, HandsError, syncFolder } from "../core/index.ts";
import type { Channel } from "./types.ts";

/** The name under which `file_drop` stands in deliveries. */
export const FILE_CHANNEL = "file";

const EXTENSIONS: Readonly<Record<string, string>> = { markdown: "md", json: "json", html: "html" };

/**
 * The name of an output's file: hand, UTC instant of the execution's end, and the delivery's own id, so that no two outputs share one and a
 * repeated delivery writes the same file again.
 */
export function nameOutputFile(output: {
  readonly handName: string;
  readonly completedAt: number;
  readonly deliveryId: string;
  readonly format: string;
}): string {
  const instant = new Date(output.completedAt)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
  return `${output.handName}_${instant}_${output.deliveryId.slice(-8)}.${EXTENSIONS[output.format] ?? "txt"}`;
}

/** Writes output into a folder, whole or not at all. Gives the file's path. */
export function createFileChannel(folder: string): Channel {
  return {
    name: FILE_CHANNEL,
    destination: folder,
    async deliver(output) {
      const path = join(output.destination, nameOutputFile(output));
      const temporary = join(dirname(path), `.${basename(path)}.writing`);
      try {
        await mkdir(output.destination, { recursive: true });
        const file = await open(temporary, "w", 0o644);
        try {
          await file.writeFile(output.payload);
          // The record says that the file is there: a power cut must not make that untrue.
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
        syncFolder(output.destination);
        return path;
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw new HandsError("delivery_failed", `could not write ${path}: ${describeError(error)}`, {
          details: { retryable: true },
          hint: "Make sure that the folder of file_drop can be written to and has space.",
          cause: error,
        });
      }
    },
  };
}
