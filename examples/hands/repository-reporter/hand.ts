import type { HandContext } from "hands";
import type { Commit } from "./read-git.ts";
import { parseLog, parseStatus } from "./read-git.ts";
import type { RepositoryNews } from "./write-report.ts";
import { isNews, writeReport } from "./write-report.ts";

interface Parameters {
  readonly repositories: readonly string[];
  readonly first_days: number;
  readonly max_commits: number;
  readonly list: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export default async function reportRepositories(hand: HandContext) {
  const parameters = hand.parameters as unknown as Parameters;
  const { repositories, list } = parameters;
  if (repositories.length === 0) {
    throw new Error("There are no repositories: write some in [parameters] and [git] of HAND.toml");
  }
  const news = await Promise.all(repositories.map((name) => read(hand, name, parameters)));
  if (news.every(({ error }) => error !== null)) {
    throw new Error(
      `No repository could be read. ${news.map(({ name, error }) => `${name}: ${error}`).join("; ")}`,
    );
  }
  const told = news.filter(isNews);
  const report =
    told.length === 0 ? "" : writeReport(told, { day: hand.now().toISOString().slice(0, 10), list });
  // Last, so that a run that fails before has not reported anything yet.
  for (const { name, ...found } of news) {
    const newest = found.error === null ? found.commits[0] : undefined;
    if (newest !== undefined) await hand.tool("memory_set", { key: keyOf(name), value: newest.id });
  }
  return report;
}

/** One repository; that it cannot be read is a result too. */
async function read(hand: HandContext, name: string, parameters: Parameters): Promise<RepositoryNews> {
  try {
    const status = await git(hand, { repository: name, command: "status" });
    const { value: reported } = await hand.tool<{ value: string | null }>("memory_get", { key: keyOf(name) });
    const commits = await readCommits(hand, name, { reported, ...parameters });
    return { name, error: null, status: parseStatus(status), commits };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    hand.log.warn("a repository cannot be read", { repository: name, error: message });
    return { name, error: message };
  }
}

/** What came after the newest that was reported; the last days, where nothing was, or where it is in the history no more. */
async function readCommits(
  hand: HandContext,
  repository: string,
  { reported, first_days, max_commits }: Parameters & { readonly reported: string | null },
): Promise<readonly Commit[]> {
  const ask = { repository, command: "log", maxCount: max_commits };
  if (reported !== null) {
    try {
      return parseLog(await git(hand, { ...ask, revision: `${reported}..HEAD` }));
    } catch {
      hand.log.info("the newest reported commit is gone", { repository, commit: reported });
    }
  }
  const oldestMs = hand.now().getTime() - first_days * DAY_MS;
  const commits = parseLog(await git(hand, ask));
  return commits.filter(({ committedAt }) => Date.parse(committedAt) >= oldestMs);
}

async function git(hand: HandContext, args: object): Promise<string> {
  const { output } = await hand.tool<{ output: string }>("git", { ...args });
  return output;
}

function keyOf(repository: string): string {
  return `reported/${repository}`.slice(0, 200);
}
