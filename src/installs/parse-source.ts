import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { HandsError } from "../core/index.ts";
import type { PackageSource } from "./types.ts";

const ARCHIVE = /\.(tar\.gz|tgz|tar|zip)$/i;
/** What git may speak. Not `ext::`, which runs a program, and nothing without encryption. */
const GIT_ADDRESS = /^(https|ssh|file):\/\/[^\s]+$/;
/** As scp writes it. */
const SCP_ADDRESS = /^[A-Za-z0-9_.-]+@[A-Za-z0-9][A-Za-z0-9.-]*:[^\s:-][^\s:]*$/;
const REF = /^[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$/;

/**
 * What somebody wrote after `hands install`: an address of a Git repository, perhaps with `#` and a branch or tag, or else a folder or archive of this machine.
 *
 * Throws: `invalid_argument`.
 */
export async function parseSource(written: string, cwd: string): Promise<PackageSource> {
  if (written.includes("://") || SCP_ADDRESS.test(written)) return parseGit(written);
  const path = resolve(cwd, written);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { kind: "folder", path };
  if (found?.isFile() && ARCHIVE.test(path)) return { kind: "archive", path };
  throw refuse(
    found === undefined ? `there is nothing at ${path}` : `${path} is neither a folder nor an archive`,
    "Give a hand's folder, a .tar.gz, .tgz, .tar or .zip archive, or the address of a Git repository.",
  );
}

function parseGit(written: string): PackageSource {
  const [url = "", ref] = written.split("#", 2);
  if (!GIT_ADDRESS.test(url) && !SCP_ADDRESS.test(url)) {
    throw refuse(
      `${JSON.stringify(describeAddress(url))} is no address that is fetched from`,
      "Repositories come by https://, ssh:// or user@host:path; file:// for one of this machine.",
    );
  }
  if (ref !== undefined && (!REF.test(ref) || ref.includes("..")))
    throw refuse(`${JSON.stringify(ref)} is no branch or tag`, "Write it after the #, as in URL#v1.2.0.");
  return { kind: "git", url, ref: ref ?? null };
}

/** A source as it is shown and kept: without a password in its address. */
export function describeSource(source: PackageSource): string {
  if (source.kind !== "git") return source.path;
  return `${describeAddress(source.url)}${source.ref === null ? "" : `#${source.ref}`}`;
}

function describeAddress(written: string): string {
  const url = URL.parse(written);
  if (url === null) return written;
  url.password = "";
  // A token stands where the name does.
  if (url.protocol === "https:") url.username = "";
  url.search = "";
  return url.href;
}

function refuse(message: string, hint: string): HandsError {
  return new HandsError("invalid_argument", message, { hint });
}
