// How a digest looks. What feeds say is text from strangers: it never becomes Markdown of its own.

/** One entry, with the title of its feed. */
export interface Entry {
  readonly feed: string;
  readonly id: string | null;
  readonly title: string | null;
  readonly link: string | null;
  readonly publishedAt: string | null;
  readonly summary: string | null;
}

/** What reading one feed came to. */
export interface FeedResult {
  readonly url: string;
  readonly error: string | null;
  readonly entries: readonly Entry[];
}

/** Everything that a digest says. */
export interface DigestContent {
  readonly date: Date;
  readonly listed: readonly Entry[];
  /** New entries beyond those that are listed. */
  readonly leftOut: number;
  readonly results: readonly FeedResult[];
  readonly summary: { readonly text: string | null; readonly error: string | null } | null;
}

/** The digest as Markdown. */
export function writeDigest({ date, listed, leftOut, results, summary }: DigestContent): string {
  const feeds = [...new Set(listed.map(({ feed }) => feed))];
  const failed = results.filter(({ error }) => error !== null);
  return [
    `# Digest of ${date.toISOString().slice(0, 10)}`,
    ...describeSummary(summary),
    ...feeds.flatMap((feed) => [
      `## ${escapeMarkdown(feed)}`,
      listed
        .filter((entry) => entry.feed === feed)
        .map(describeEntry)
        .join("\n"),
    ]),
    ...(leftOut > 0 ? [`And ${leftOut} more, which are older.`] : []),
    ...(failed.length > 0
      ? [
          "## Not read",
          failed
            .map(({ url, error }) => `- ${escapeMarkdown(url)}: ${escapeMarkdown(error ?? "")}`)
            .join("\n"),
        ]
      : []),
  ].join("\n\n");
}

/** The entries as a model is given them, between two lines that nobody could have foreseen. */
export function fenceEntries(entries: readonly Entry[], fence: string): string {
  const lines = entries.map(({ feed, title, summary }) => `- [${feed}] ${title ?? ""}: ${summary ?? ""}`);
  return [fence, ...lines, fence].join("\n");
}

function describeSummary(summary: DigestContent["summary"]): readonly string[] {
  if (summary === null) return [];
  if (summary.text !== null) return [escapeMarkdown(summary.text)];
  return [`*There is no summary: ${escapeMarkdown(summary.error ?? "")}*`];
}

function describeEntry({ title, link, publishedAt }: Entry): string {
  const name = escapeMarkdown(title ?? link ?? "Untitled");
  const linked = link === null ? name : `[${name}](<${link.replace(/[<>\s]/g, encodeURIComponent)}>)`;
  return publishedAt === null
    ? `- ${linked}`
    : `- ${linked}, ${publishedAt.slice(0, 16).replace("T", " ")} UTC`;
}

/** On one line, and with every character that could mean something to Markdown made to mean itself. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>|~&]/g, "\\$&")
    .replace(/^[#+-]/, "\\$&");
}
