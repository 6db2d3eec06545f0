import { renderHead } from "./render-head.ts";
import type { HandTemplate } from "./types.ts";

/** Tells of each entry of a feed once. */
export const feedWatcherTemplate: HandTemplate = {
  title: "a script tells of each new entry of your feeds once",
  description: "Tells of what is new in feeds",
  schedule: "0 * * * *",
  render: (hand) => ({
    "HAND.toml": `${renderHead(hand)}
[tools]
required = ["rss_fetch", "memory_get", "memory_set"]

[parameters]
# Addresses of RSS, Atom or RDF feeds, as in "https://blog.example.org/feed.xml".
feeds = []

[output]
format = "markdown"
# channel = "phone"            # a channel of hands.toml: docs/channels.md

# Hosts on this machine or in its network are refused, unless they are named.
# [network]
# allow = ["*", "feeds.internal.example"]

[limits]
timeout = "5m"
`,
    "hand.ts": `import type { HandContext } from "hands";

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly link: string | null;
}

/** Ids that are kept of each feed: more than any feed has at once. */
const MOST_KEPT = 500;

/** What it returns is delivered; an empty text means that there is nothing to say, and delivers nothing. */
export default async function watchFeeds(hand: HandContext): Promise<string> {
  const { feeds } = hand.parameters as { feeds: string[] };
  if (feeds.length === 0) hand.log.warn("there are no feeds: write some in [parameters] of HAND.toml");
  const lines: string[] = [];
  for (const url of feeds) {
    const key = \`seen/\${url}\`.slice(0, 200);
    const { value } = await hand.tool<{ value: string[] | null }>("memory_get", { key });
    const { entries } = await hand.tool<{ entries: Entry[] }>("rss_fetch", { url, limit: 50 });
    const seen = new Set(value ?? []);
    // The first look only learns what is there: nobody wants all of a feed's past.
    const fresh = value === null ? [] : entries.filter((entry) => !seen.has(entry.id));
    lines.push(...fresh.map(({ title, link }) => (link === null ? \`- \${title}\` : \`- [\${title}](\${link})\`)));
    // Last, so that a run that fails before has not seen anything yet.
    const ids = [...new Set([...entries.map((entry) => entry.id), ...seen])].slice(0, MOST_KEPT);
    await hand.tool("memory_set", { key, value: ids });
  }
  return lines.join("\\n");
}
`,
  }),
};
