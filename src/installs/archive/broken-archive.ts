import { HandsError } from "../../core/index.ts";

/** An archive that cannot be read as what it claims to be. */
export function brokenArchive(why: string): HandsError {
  return new HandsError("invalid_argument", `the archive cannot be read: ${why}`, {
    hint: "Give a .tar.gz, .tgz, .tar or .zip archive that is whole. Nothing was written.",
  });
}
