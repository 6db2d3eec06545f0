import type { Commit, Status } from "./read-git.ts";

/** What is new in one repository, or why that cannot be told. */
export type RepositoryNews =
  | { readonly name: string; readonly error: string }
  | {
      readonly name: string;
      readonly error: null;
      readonly commits: readonly Commit[];
      readonly status: Status;
    };

/** The report as Markdown. What people wrote into commits stays text. */
export function writeReport(
  news: readonly RepositoryNews[],
  { day, list }: { day: string; list: number },
): string {
  return [`# Repositories, ${day}`, ...news.map((repository) => describe(repository, list))].join("\n\n");
}

/** Is there anything that is worth a report? */
export function isNews(news: RepositoryNews): boolean {
  if (news.error !== null) return true;
  const { ahead, behind, uncommitted } = news.status;
  return news.commits.length + ahead + behind + uncommitted > 0;
}

function describe(news: RepositoryNews, list: number): string {
  if (news.error !== null)
    return `## ${escapeMarkdown(news.name)}\n\nIt could not be read: ${escapeMarkdown(news.error)}`;
  const { commits, status } = news;
  const authors = countBy(commits.map(({ author }) => author));
  const files = countBy(commits.flatMap((commit) => commit.files));
  return [
    `## ${escapeMarkdown(news.name)}, ${escapeMarkdown(status.branch)}`,
    describeStatus(status),
    commits.length === 0
      ? "No new commits."
      : `**${commits.length} new commits**, by ${authors.map(([author, count]) => `${escapeMarkdown(author)} (${count})`).join(", ")}.`,
    ...(commits.length === 0 ? [] : [listSome(commits.map(describeCommit), list)]),
    ...(files.length === 0
      ? []
      : [
          `Files that changed most:\n\n${listSome(
            files.map(([file, count]) => `- ${quote(file)} (${count})`),
            list,
          )}`,
        ]),
  ].join("\n\n");
}

function describeStatus({ ahead, behind, uncommitted }: Status): string {
  const parts = [
    uncommitted === 0 ? "nothing uncommitted" : `**${uncommitted} files not committed**`,
    ...(ahead > 0 ? [`**${ahead} commits not pushed**`] : []),
    ...(behind > 0 ? [`${behind} commits not merged from its remote`] : []),
  ];
  return `Working copy: ${parts.join(", ")}.`;
}

function describeCommit({ id, author, subject }: Commit): string {
  return `- \`${id.slice(0, 8)}\` ${escapeMarkdown(subject)} (${escapeMarkdown(author)})`;
}

function listSome(lines: readonly string[], most: number): string {
  const more = lines.length - most;
  return [...lines.slice(0, most), ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

/** How often each is there, the most frequent first. */
function countBy(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}

function quote(text: string): string {
  return `\`${text.replace(/[`\s]+/g, " ")}\``;
}

function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|~&#]/g, "\\$&");
}
