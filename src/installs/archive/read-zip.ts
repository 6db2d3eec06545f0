import { crc32, inflateRawSync } from "node:zlib";
import type { FileCollector } from "../collect-files.ts";
import { assertRatio, tooLarge } from "../package-bounds.ts";
import { refuseEntry } from "../package-paths.ts";
import type { PackageBounds } from "../types.ts";
import { brokenArchive } from "./broken-archive.ts";

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 65_535;
const UNIX_TYPE_MASK = 0o170000;
const UNIX_FILE = 0o100000;
const UNIX_FOLDER = 0o040000;

interface CentralEntry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Of the system that packed it; 0 where it is not Unix. */
  readonly unixMode: number;
  readonly localOffset: number;
  readonly length: number;
}

/** Reads a zip archive: stored and deflated entries. Source: PKWARE APPNOTE 6.3.10. */
export function readZip(archive: Buffer, collector: FileCollector, bounds: PackageBounds): void {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > bounds.entries) throw tooLarge(`has more than ${bounds.entries} entries`);
  let offset = archive.readUInt32LE(end + 16);
  const taken: [start: number, end: number][] = [];
  let unpackedBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = readCentral(archive, offset);
    offset += entry.length;
    assertPlain(entry);
    if (entry.path.endsWith("/")) {
      collector.addFolder(entry.path);
      continue;
    }
    const start = findContent(archive, entry);
    taken.push([entry.localOffset, start + entry.packedBytes]);
    const content = unpack(entry, archive.subarray(start, start + entry.packedBytes), collector);
    unpackedBytes += content.length;
    assertRatio(unpackedBytes, archive.length, bounds);
    collector.addFile(entry.path, content);
  }
  assertApart(taken);
}

function findEnd(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - LONGEST_COMMENT_BYTES);
  for (let offset = archive.length - END_BYTES; offset >= first; offset -= 1) {
    if (archive.readUInt32LE(offset) === END_SIGNATURE) return offset;
  }
  throw brokenArchive("it has no directory");
}

function readCentral(archive: Buffer, offset: number): CentralEntry {
  if (offset + 46 > archive.length || archive.readUInt32LE(offset) !== CENTRAL_SIGNATURE)
    throw brokenArchive("its directory is damaged");
  const nameBytes = archive.readUInt16LE(offset + 28);
  const length = 46 + nameBytes + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
  if (offset + length > archive.length) throw brokenArchive("its directory is damaged");
  const isUnix = archive.readUInt8(offset + 5) === 3;
  return {
    path: decode(archive.subarray(offset + 46, offset + 46 + nameBytes)),
    flags: archive.readUInt16LE(offset + 8),
    method: archive.readUInt16LE(offset + 10),
    checksum: archive.readUInt32LE(offset + 16),
    packedBytes: archive.readUInt32LE(offset + 20),
    bytes: archive.readUInt32LE(offset + 24),
    unixMode: isUnix ? archive.readUInt16LE(offset + 40) : 0,
    localOffset: archive.readUInt32LE(offset + 42),
    length,
  };
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw brokenArchive("a name is not UTF-8");
  }
}

function assertPlain({ path, flags, method, bytes, packedBytes, unixMode }: CentralEntry): void {
  const type = unixMode & UNIX_TYPE_MASK;
  if (type !== 0 && type !== UNIX_FILE && type !== UNIX_FOLDER)
    throw refuseEntry(path, "it is a link or no plain file");
  if ((flags & 1) !== 0) throw brokenArchive(`${JSON.stringify(path)} is encrypted`);
  if (method !== 0 && method !== 8)
    throw brokenArchive(`${JSON.stringify(path)} is packed in a way that is not read here (${method})`);
  if (bytes === 0xffffffff || packedBytes === 0xffffffff)
    throw tooLarge("is a zip64 archive, made for more than a hand is");
}

/** Where an entry's bytes begin. Its own header has to tell the same name as the directory. */
function findContent(archive: Buffer, entry: CentralEntry): number {
  const { localOffset, path } = entry;
  if (localOffset + 30 > archive.length || archive.readUInt32LE(localOffset) !== LOCAL_SIGNATURE)
    throw brokenArchive(`${JSON.stringify(path)} is not where the directory says`);
  const nameBytes = archive.readUInt16LE(localOffset + 26);
  const start = localOffset + 30 + nameBytes + archive.readUInt16LE(localOffset + 28);
  if (decode(archive.subarray(localOffset + 30, localOffset + 30 + nameBytes)) !== path)
    throw refuseEntry(path, "it has two names");
  if (start + entry.packedBytes > archive.length) throw brokenArchive("an entry is longer than the archive");
  return start;
}

function unpack(entry: CentralEntry, packed: Buffer, collector: FileCollector): Buffer {
  const { path, method, bytes, checksum } = entry;
  if (bytes > collector.remainingBytes) throw tooLarge("holds more than it may");
  let content: Buffer;
  try {
    // One byte more than promised is enough to notice a lie.
    content = method === 0 ? Buffer.from(packed) : inflateRawSync(packed, { maxOutputLength: bytes + 1 });
  } catch {
    throw brokenArchive(`${JSON.stringify(path)} cannot be unpacked to the size that it claims`);
  }
  if (content.length !== bytes || crc32(content) !== checksum)
    throw brokenArchive(`${JSON.stringify(path)} is not what the directory says`);
  return content;
}

/** Entries that share bytes make a small archive unpack to any size. */
function assertApart(taken: readonly (readonly [start: number, end: number])[]): void {
  const sorted = taken.toSorted(([left], [right]) => left - right);
  for (const [index, [start]] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && start < before[1]) throw brokenArchive("its entries overlap");
  }
}
