import { isInside } from "../../core/index.ts";
import type { ProgramStart, SandboxProfile } from "./types.ts";

/** Programs and libraries of the system; on most machines all but the first are links into it. */
export const SYSTEM_FOLDERS: readonly string[] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"];

/** What programs need of `/etc`; the rest of it is not shown, as it has passwords and keys. */
const SYSTEM_SETTINGS: readonly string[] = [
  "/etc/alternatives",
  "/etc/ca-certificates",
  "/etc/group",
  "/etc/hosts",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/nsswitch.conf",
  "/etc/passwd",
  "/etc/pki/tls/certs",
  "/etc/resolv.conf",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/timezone",
];

/** Where programs find room for what nobody keeps; gone when they end. */
const HOME = "/tmp";

/**
 * The arguments of bubblewrap for one program. The file system begins empty: only what is listed is there, read only but for the
 * workspace. User, process, IPC, host name and control group namespaces are its own, so that no other process is seen or signalled, it has
 * no capabilities, and when bubblewrap ends everything in it ends. `hidden` is taken out where it lies below a folder of the system.
 * Source: bwrap(1).
 */
export function createBubblewrapArguments(
  profile: SandboxProfile,
  program: ProgramStart,
  hidden: readonly string[] = [],
): readonly string[] {
  const masked = hidden.filter((path) => SYSTEM_FOLDERS.some((folder) => isInside(folder, path)));
  return [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    ...(profile.hasNetwork ? [] : ["--unshare-net"]),
    "--die-with-parent",
    ...["--cap-drop", "ALL"],
    ...["--hostname", "sandbox"],
    ...SYSTEM_FOLDERS.flatMap((path) => ["--ro-bind-try", path, path]),
    ...masked.flatMap((path) => ["--tmpfs", path]),
    ...SYSTEM_SETTINGS.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--proc", "/proc"],
    ...["--dev", "/dev"],
    ...["--tmpfs", "/tmp"],
    ...["--tmpfs", "/run"],
    ...["--dir", "/var/tmp"],
    ...(profile.program ?? []).flatMap((path) => ["--ro-bind", path, path]),
    ...profile.read.flatMap((path) => ["--ro-bind", path, path]),
    ...["--bind", profile.workspace, profile.workspace],
    ...["--chdir", program.cwd],
    ...["--setenv", "HOME", HOME],
    "--",
    ...limit(profile),
    program.file,
    ...program.argv.slice(1),
  ];
}

/** `prlimit` of util-linux, for what namespaces do not bound. */
function limit({ memoryMb, processes }: SandboxProfile): readonly string[] {
  if (memoryMb === null && processes === null) return [];
  return [
    "prlimit",
    ...(memoryMb === null ? [] : [`--as=${memoryMb * 1024 * 1024}`]),
    ...(processes === null ? [] : [`--nproc=${processes}`]),
    "--",
  ];
}
