import { userInfo } from "node:os";

/** Who runs the command: the user of the operating system. */
export function readOperatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no account has.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
