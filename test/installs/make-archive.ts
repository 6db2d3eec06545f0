import { crc32, deflateRawSync, gzipSync } from "node:zlib";

/** One entry as somebody who means harm could write it. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  /** The type of tar. Default: `0`, a file. */
  readonly type?: string;
  /** What a link leads to. */
  readonly link?: string;
  /** The mode that zip keeps. Default: a plain file's. */
  readonly mode?: number;
  /** The name in zip's local header. Default: the same. */
  readonly localPath?: string;
  /** The size that zip's directory claims. Default: the true one. */
  readonly claimedBytes?: number;
}

const BLOCK_BYTES = 512;

/** A tar archive of exactly these entries. */
export function makeTar(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = "", type = "0", link = "" }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(BLOCK_BYTES);
    header.write(path, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write(link, 157, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

export function makeTarGz(entries: readonly ArchiveEntry[]): Buffer {
  return gzipSync(makeTar(entries));
}

/** A pax record: its length counts itself. */
export function makePaxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (`${length}${rest}`.length !== length) length = `${length}${rest}`.length;
  return `${length}${rest}`;
}

/** A zip archive of exactly these entries, deflated. */
export function makeZip(entries: readonly ArchiveEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content = "", mode = 0o100644, localPath = path, claimedBytes } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const sizes = { checksum: crc32(bytes), packed: packed.length, bytes: claimedBytes ?? bytes.length };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(localPath), 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt8(3, 5);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(sizes.checksum, 16);
    central.writeUInt32LE(sizes.packed, 20);
    central.writeUInt32LE(sizes.bytes, 24);
    central.writeUInt16LE(Buffer.byteLength(path), 28);
    central.writeUInt16LE(mode, 40);
    central.writeUInt32LE(offset, 42);
    const written = [local, Buffer.from(localPath), packed];
    locals.push(...written);
    directory.push(central, Buffer.from(path));
    offset += written.reduce((total, part) => total + part.length, 0);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(
    directory.reduce((total, part) => total + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
