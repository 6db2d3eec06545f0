import { HandsError } from "../core/index.ts";

const DEEPEST_FOLDER = 8;
const LONGEST_NAME_BYTES = 255;
/* Controls, and what Windows gives another meaning. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"|?*\\]/u;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/* Windows drops them; `.` and `..` are among these names. */
const DOT_OR_SPACE_AT_END = /[. ]$/;

/**
 * The path of an entry as it may be written below a folder, on every system; empty for the folder itself.
 *
 * Throws: `path_outside` for one that is absolute, has `..` in it, or could mean something else anywhere.
 */
export function parseEntryPath(written: string): string {
  const path = written.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
  if (path === "" || path === ".") return "";
  const parts = path.split("/");
  const isBad = (part: string) =>
    part === "" ||
    FORBIDDEN.test(part) ||
    DEVICE.test(part) ||
    DOT_OR_SPACE_AT_END.test(part) ||
    Buffer.byteLength(part) > LONGEST_NAME_BYTES;
  if (parts.length <= DEEPEST_FOLDER + 1 && !parts.some(isBad)) return path;
  throw refuseEntry(written, "its path is absolute, leads out, is too deep or is no plain name");
}

/** Paths that differ in case or in the form of letters alone are one file on some systems. */
export function foldPath(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** An entry for which the whole package is refused. */
export function refuseEntry(path: string, why: string): HandsError {
  return new HandsError("path_outside", `the package is refused for ${JSON.stringify(path)}: ${why}`, {
    hint: "A package holds plain files below one folder: no links, devices or paths that lead out. Nothing was written.",
  });
}
