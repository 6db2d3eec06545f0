import { gunzipSync } from "node:zlib";
import type { HandFile } from "../../manifest/index.ts";
import { FileCollector } from "../collect-files.ts";
import { assertRatio, tooLarge } from "../package-bounds.ts";
import type { PackageBounds } from "../types.ts";
import { brokenArchive } from "./broken-archive.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";

/** Headers and padding of a tar archive, for each entry. */
const TAR_ENTRY_BYTES = 2_048;

/**
 * The files of an archive, told by its first bytes: zip, gzip around tar, or tar. Everything happens in memory, within the bounds.
 *
 * Throws: `too_large`, `path_outside`, `invalid_argument`.
 */
export function readArchive(archive: Buffer, bounds: PackageBounds): readonly HandFile[] {
  if (archive.length > bounds.archiveBytes) throw tooLarge(`is larger than ${bounds.archiveBytes} bytes`);
  const collector = new FileCollector(bounds);
  const isGzip = archive[0] === 0x1f && archive[1] === 0x8b;
  if (archive.subarray(0, 2).toString("latin1") === "PK") readZip(archive, collector, bounds);
  else readTar(isGzip ? gunzip(archive, bounds) : archive, collector);
  return collector.finish();
}

function gunzip(archive: Buffer, bounds: PackageBounds): Buffer {
  const largest = Math.min(
    bounds.bytes + bounds.entries * TAR_ENTRY_BYTES,
    Math.max(archive.length * bounds.ratio, 1_048_576) + 1,
  );
  let unpacked: Buffer;
  try {
    unpacked = gunzipSync(archive, { maxOutputLength: largest });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge("unpacks to more than it may");
    throw brokenArchive("it is no whole gzip file");
  }
  assertRatio(unpacked.length, archive.length, bounds);
  return unpacked;
}
