/** A document from outside, and what to make of it. */
export type DocumentRequest =
  /** Gives a {@link ReadablePage}. */
  | { readonly kind: "page"; readonly html: string; readonly url: string }
  /** Gives a {@link Feed}; at most `limit` entries. */
  | { readonly kind: "feed"; readonly xml: string; readonly url: string; readonly limit: number };

/** What people would read of a page. */
export interface ReadablePage {
  readonly title: string | null;
  readonly byline: string | null;
  readonly publishedAt: string | null;
  readonly markdown: string;
}

/** A feed in whatever form it came. */
export interface Feed {
  readonly title: string | null;
  readonly link: string | null;
  readonly entries: readonly FeedEntry[];
  /** How many entries the feed has. */
  readonly total: number;
}

/** One entry of a feed. */
export interface FeedEntry {
  readonly id: string | null;
  readonly title: string | null;
  readonly link: string | null;
  /** ISO 8601 in UTC; null where the feed gives none that can be read. */
  readonly publishedAt: string | null;
  /** Plain text, cut where it is long. */
  readonly summary: string | null;
}

/** What the worker answers. */
export type DocumentAnswer =
  | { readonly ok: true; readonly value: ReadablePage | Feed }
  | { readonly ok: false; readonly message: string };
