// What the probes mean: no clock, no tools, the same answer for the same probes.

/** What is the matter with a page or a host; null for nothing. The kind decides what is news, the text says it. */
export interface Problem {
  readonly kind: string;
  readonly text: string;
}

/** One page or host, as it was found. */
export interface Finding {
  readonly subject: string;
  readonly problem: Problem | null;
}

/** What was the matter when it was looked at last, and since when, by subject. What is well is not in it. */
export type Known = Readonly<Record<string, { readonly kind: string; readonly since: string }>>;

export interface PageProbe {
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly problem: string | null;
}

export interface CertificateProbe {
  readonly validTo: string | null;
  readonly problem: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Down, slow, or nothing. */
export function judgePage(probe: PageProbe, slowMs: number): Problem | null {
  if (probe.status === null) return { kind: "down", text: `does not answer: ${probe.problem}` };
  if (probe.status >= 400) return { kind: "down", text: `answers with status ${probe.status}` };
  if ((probe.durationMs ?? 0) > slowMs) return { kind: "slow", text: `took ${probe.durationMs} ms` };
  return null;
}

/** Unreachable, expired, untrusted, near its end, or nothing. Each reminder is a kind of its own, so each is news once. */
export function judgeCertificate(
  probe: CertificateProbe,
  { now, remindDays }: { readonly now: Date; readonly remindDays: readonly number[] },
): Problem | null {
  if (probe.validTo === null) return { kind: "unreachable", text: `shows no certificate: ${probe.problem}` };
  const day = probe.validTo.slice(0, 10);
  const daysLeft = (Date.parse(probe.validTo) - now.getTime()) / DAY_MS;
  if (daysLeft <= 0) return { kind: "expired", text: `has a certificate that expired on ${day}` };
  if (probe.problem !== null) {
    return { kind: "untrusted", text: `has a certificate that is not trusted here: ${probe.problem}` };
  }
  const reached = remindDays.filter((days) => daysLeft <= days);
  if (reached.length === 0) return null;
  return { kind: `ends within ${Math.min(...reached)} days`, text: `has a certificate that ends on ${day}` };
}

/** What changed against what was known, in words, and what is known from now on. */
export function compare(
  findings: readonly Finding[],
  known: Known,
  now: Date,
): { readonly news: readonly string[]; readonly known: Known } {
  const news = findings.flatMap(({ subject, problem }) => {
    const before = known[subject];
    if (problem === null) {
      if (before === undefined) return [];
      return [`- ✓ **${subject}** is well again (${before.kind} since ${shorten(before.since)})`];
    }
    return before?.kind === problem.kind ? [] : [`- ✗ **${subject}** ${plain(problem.text)}`];
  });
  const next = findings.flatMap(({ subject, problem }) => {
    if (problem === null) return [];
    const before = known[subject];
    const since = before?.kind === problem.kind ? before.since : now.toISOString();
    return [[subject, { kind: problem.kind, since }] as const];
  });
  return { news, known: Object.fromEntries(next) };
}

function shorten(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

/** What a server said, on one line and without Markdown of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>|~&]/g, "\\$&");
}
