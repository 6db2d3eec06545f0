import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import { readArchive } from "../../src/installs/archive/read-archive.ts";
import { PACKAGE_BOUNDS } from "../../src/installs/package-bounds.ts";
import { parseEntryPath } from "../../src/installs/package-paths.ts";
import { fc } from "../support/properties.ts";
import type { ArchiveEntry } from "./make-archive.ts";
import { makePaxRecord, makeTar, makeTarGz, makeZip } from "./make-archive.ts";

const HAND: readonly ArchiveEntry[] = [
  { path: "HAND.toml", content: "[hand]\n" },
  { path: "skills/one.md", content: "# One" },
];

function codeOf(archive: Buffer, bounds = PACKAGE_BOUNDS): string {
  try {
    readArchive(archive, bounds);
    return "taken";
  } catch (error) {
    if (error instanceof HandsError) return error.code;
    throw error;
  }
}

const FORMATS = { "tar.gz": makeTarGz, zip: makeZip };

describe.each(Object.entries(FORMATS))("a %s archive", (_, make) => {
  test("gives its files, sorted, folders apart", () => {
    const files = readArchive(
      make([{ path: "tools/", type: "5", mode: 0o040755 }, ...HAND.toReversed()]),
      PACKAGE_BOUNDS,
    );
    expect(files.map(({ path, content }) => [path, content.toString()])).toEqual([
      ["HAND.toml", "[hand]\n"],
      ["skills/one.md", "# One"],
    ]);
  });

  test.each([
    "../out",
    "/etc/passwd",
    "a/../../out",
    "a/./b",
    "a//b",
    "a\\..\\out",
    "C:/out",
    "nul.txt",
    "ends.",
    "line\nbreak",
    "esc\u001b[2J",
    "rtl\u202Egpj",
    `${"deep/".repeat(9)}x`,
  ])("with the path %j is refused as a whole", (path) => {
    expect(codeOf(make([...HAND, { path, content: "x" }]))).toBe("path_outside");
  });

  test.each([
    ["the same path twice", "HAND.toml"],
    ["a path that differs in case alone", "hand.TOML"],
    ["a file where a folder is", "skills"],
    ["a file below a file", "HAND.toml/x"],
  ])("with %s is refused", (_name, path) => {
    expect(codeOf(make([...HAND, { path, content: "x" }]))).toBe("path_outside");
  });

  test("with more entries or bytes than the bounds is refused", () => {
    expect(codeOf(make(HAND), { ...PACKAGE_BOUNDS, entries: 1 })).toBe("too_large");
    expect(codeOf(make(HAND), { ...PACKAGE_BOUNDS, bytes: 8 })).toBe("too_large");
    expect(codeOf(make(HAND), { ...PACKAGE_BOUNDS, archiveBytes: 8 })).toBe("too_large");
  });

  test("that unpacks to hundreds of times its size is refused before it is unpacked whole", () => {
    const bomb = make([...HAND, { path: "zeros", content: Buffer.alloc(8 * 1024 * 1024) }]);
    expect(bomb.length).toBeLessThan(20_000);
    expect(codeOf(bomb)).toBe("too_large");
  });

  test("that was damaged anywhere gives files or one of our errors", () => {
    const whole = make(HAND);
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (at, byte, isCut) => {
          const damaged = Buffer.from(isCut ? whole.subarray(0, at) : whole);
          if (!isCut) damaged[at] = byte;
          expect(["taken", "invalid_argument", "path_outside", "too_large"]).toContain(codeOf(damaged));
        },
      ),
      { numRuns: 150 },
    );
  });
});

test.each([
  ["a symbolic link", "2"],
  ["a hard link", "1"],
  ["a character device", "3"],
  ["a block device", "4"],
  ["a pipe", "6"],
])("a tar archive with %s is refused", (_, type) => {
  expect(codeOf(makeTarGz([...HAND, { path: "x", type, link: "/etc/passwd" }]))).toBe("path_outside");
});

test("a zip archive with a symbolic link is refused", () => {
  expect(codeOf(makeZip([...HAND, { path: "x", content: "/etc", mode: 0o120777 }]))).toBe("path_outside");
});

test("names of pax and GNU headers are held to the same rules", () => {
  const pax = (path: string) => ({ path: "pax", type: "x", content: makePaxRecord("path", path) });
  const gnu = (path: string) => ({ path: "././@LongLink", type: "L", content: `${path}\0` });
  for (const header of [pax, gnu]) {
    expect(codeOf(makeTar([header("../out"), ...HAND]))).toBe("path_outside");
    const files = readArchive(
      makeTar([header("long/name.md"), { path: "short", content: "x" }]),
      PACKAGE_BOUNDS,
    );
    expect(files.map(({ path }) => path)).toEqual(["long/name.md"]);
  }
});

test("a zip entry with two names, a false size, or bytes that another one has is refused", () => {
  expect(codeOf(makeZip([{ path: "good", localPath: "evil", content: "x" }]))).toBe("path_outside");
  expect(codeOf(makeZip([{ path: "small", content: "x".repeat(500), claimedBytes: 5 }]))).toBe(
    "invalid_argument",
  );
  const zip = makeZip([
    { path: "a1", content: "same" },
    { path: "a2", content: "same" },
  ]);
  const second = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  zip.writeUInt32LE(0, second + 42);
  zip.write("a1", second + 46);
  expect(codeOf(zip)).not.toBe("taken");
});

test("a zip entry whose bytes another one has too is refused, however they are named", () => {
  const zip = makeZip([
    { path: "a", content: "one" },
    { path: "b", content: "two" },
  ]);
  const directory = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  const second = zip.indexOf(Buffer.from([0x50, 0x4b, 0x03, 0x04]), 4);
  // What follows the end of packed bytes is passed over, so the first entry may claim the second as its own.
  zip.writeUInt32LE(zip.readUInt32LE(directory + 20) + directory - second, directory + 20);
  expect(() => readArchive(zip, PACKAGE_BOUNDS)).toThrow("overlap");
});

test("what claims more than it may, or unpacks to more than it claims, is stopped before it is unpacked whole", () => {
  const read = (archive: Buffer, bounds = PACKAGE_BOUNDS) => readArchive(archive, bounds);
  const bomb = makeTarGz([{ path: "zeros", content: Buffer.alloc(8 * 1024 * 1024) }]);
  expect(() => read(bomb)).toThrow("unpacks to more than it may");
  const liar = makeZip([{ path: "small", content: "x".repeat(500), claimedBytes: 5 }]);
  expect(() => read(liar)).toThrow("cannot be unpacked to the size that it claims");
  const large = makeZip([{ path: "large", content: "x", claimedBytes: 9 }]);
  expect(() => read(large, { ...PACKAGE_BOUNDS, bytes: 8 })).toThrow("holds more than it may");
  const many = makeZip(HAND);
  many.writeUInt16LE(60_000, many.length - 12);
  expect(() => read(many)).toThrow(`more than ${PACKAGE_BOUNDS.entries} entries`);
});

test("a name that no system can write is refused", () => {
  expect(parseEntryPath("x".repeat(255))).toHaveLength(255);
  for (const name of ["x".repeat(256), "é".repeat(128)]) {
    expect(() => parseEntryPath(`a/${name}`)).toThrow("no plain name");
  }
});

test("what is no archive is told so", () => {
  for (const bytes of [Buffer.from("hello"), Buffer.from("PK"), gzipSync("hello world".repeat(100))])
    expect(codeOf(bytes)).toBe("invalid_argument");
});

test("whatever path is taken stays below its folder", () => {
  const part = fc.constantFrom("..", ".", "", "a", "HAND.toml", "\\", "C:", "~", " ", "é", "\0", "%2e%2e");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.boolean(), (parts, isAbsolute) => {
      const written = (isAbsolute ? "/" : "") + parts.join("/");
      let path: string;
      try {
        path = parseEntryPath(written);
      } catch (error) {
        expect(error).toMatchObject({ code: "path_outside" });
        return;
      }
      expect(path.startsWith("/")).toBe(false);
      expect(path.split("/")).not.toContain("..");
      expect(path).not.toMatch(/[\\:\0]/);
    }),
  );
});
