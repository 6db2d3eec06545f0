import type { FileCollector } from "../collect-files.ts";
import { refuseEntry } from "../package-paths.ts";
import { brokenArchive } from "./broken-archive.ts";

const BLOCK_BYTES = 512;
/** Longer than any path that is taken. */
const LARGEST_HEADER_BYTES = 65_536;

/** What further headers say of the entry after them. */
type Overrides = Readonly<Partial<Record<"path" | "size" | "linkpath", string>>>;

/** Reads a tar archive: ustar, with the longer names of pax and GNU. Source: POSIX.1-2017 pax, and the GNU tar manual. */
export function readTar(archive: Buffer, collector: FileCollector): void {
  let offset = 0;
  let overrides: Overrides = {};
  while (offset + BLOCK_BYTES <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return;
    assertChecksum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size =
      type === "x" || type === "g" ? readNumber(header) : Number(overrides.size ?? readNumber(header));
    const start = offset + BLOCK_BYTES;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > archive.length)
      throw brokenArchive("an entry is longer than the archive");
    const content = archive.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    switch (type) {
      case "x":
        overrides = { ...overrides, ...readRecords(content) };
        continue;
      case "L":
        assertHeaderSize(content);
        overrides = { ...overrides, path: readText(content) };
        continue;
      case "g":
        continue;
      default:
        addEntry(collector, type, overrides.path ?? readName(header), content);
        overrides = {};
    }
  }
  throw brokenArchive("it has no end");
}

function addEntry(collector: FileCollector, type: string, path: string, content: Buffer): void {
  if (type === "5") collector.addFolder(path);
  else if (type === "0" || type === "\0" || type === "7") collector.addFile(path, Buffer.from(content));
  else throw refuseEntry(path, type === "1" || type === "2" ? "it is a link" : "it is no plain file");
}

function readName(header: Buffer): string {
  const name = readText(header.subarray(0, 100));
  const isUstar = header.subarray(257, 262).toString("latin1") === "ustar";
  const prefix = isUstar ? readText(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function readText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw brokenArchive("a name is not UTF-8");
  }
}

/** The size, in octal digits. */
function readNumber(header: Buffer): number {
  const text = readText(header.subarray(124, 136)).trim();
  if (!/^[0-7]*$/.test(text)) throw brokenArchive("a size is no number");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function assertChecksum(header: Buffer): void {
  const written = Number.parseInt(readText(header.subarray(148, 156)).trim(), 8);
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (sum !== written) throw brokenArchive("a header's checksum is wrong");
}

/** The records of a pax header: `length key=value\n`. */
function readRecords(content: Buffer): Overrides {
  assertHeaderSize(content);
  const records: { path?: string; size?: string; linkpath?: string } = {};
  let offset = 0;
  while (offset < content.length) {
    const space = content.indexOf(0x20, offset);
    const length = Number(content.subarray(offset, space).toString("latin1"));
    const isWhole = space > offset && Number.isSafeInteger(length) && length > space - offset + 1;
    if (!isWhole || offset + length > content.length) throw brokenArchive("a pax header cannot be read");
    const record = decode(content.subarray(space + 1, offset + length - 1));
    const equals = record.indexOf("=");
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === "path" || key === "linkpath") records[key] = value;
    else if (key === "size") {
      if (!/^\d{1,15}$/.test(value)) throw brokenArchive("a size is no number");
      records.size = value;
    }
    offset += length;
  }
  return records;
}

function assertHeaderSize(content: Buffer): void {
  if (content.length > LARGEST_HEADER_BYTES) throw brokenArchive("a header is too long");
}
