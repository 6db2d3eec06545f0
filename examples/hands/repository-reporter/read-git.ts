// What git prints, as data. Source of the formats: git-log(1), git-status(1).

/** One commit of `git log --stat --date=iso-strict`. */
export interface Commit {
  readonly id: string;
  readonly author: string;
  /** With the offset of whoever made it. */
  readonly committedAt: string;
  readonly subject: string;
  readonly files: readonly string[];
}

/** What `git status --porcelain=v1 --branch` says. */
export interface Status {
  readonly branch: string;
  /** Commits that its remote does not have, and the other way round, as of the last fetch. */
  readonly ahead: number;
  readonly behind: number;
  readonly uncommitted: number;
}

/** The commits of a log, in its order. */
export function parseLog(output: string): readonly Commit[] {
  return output
    .split(/^commit (?=[0-9a-f]{40,64}(?: |$))/m)
    .slice(1)
    .map((text) => {
      const lines = text.split("\n");
      const find = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find(Boolean) ?? "";
      return {
        id: find(/^([0-9a-f]{40,64})/),
        author: find(/^Author: +(.*?) <[^<>]*>$/),
        committedAt: find(/^Date: +(\S+)/),
        subject: find(/^ {4}(.+)/),
        files: lines.flatMap((line) => /^ (\S.*?) +\| +(?:\d|Bin)/.exec(line)?.[1] ?? []),
      };
    });
}

/** The state of a working copy. */
export function parseStatus(output: string): Status {
  const [head = "", ...changes] = output.split("\n").filter((line) => line !== "");
  const count = (word: string) => Number(new RegExp(`\\b${word} (\\d+)`).exec(head)?.[1] ?? 0);
  return {
    branch: /^## (?:No commits yet on )?(.+?)(?:\.\.\.|$)/.exec(head)?.[1] ?? "?",
    ahead: count("ahead"),
    behind: count("behind"),
    uncommitted: changes.length,
  };
}
