import type { HandContext } from "hands";
import type { CertificateProbe, Finding, Known, PageProbe } from "./judge.ts";
import { compare, judgeCertificate, judgePage } from "./judge.ts";

interface Parameters {
  readonly pages: readonly string[];
  readonly hosts: readonly string[];
  readonly slow_ms: number;
  readonly give_up_seconds: number;
  readonly confirm_after_seconds: number;
  readonly remind_days: readonly number[];
}

export default async function uptime(hand: HandContext) {
  const parameters = hand.parameters as unknown as Parameters;
  const { pages, hosts, confirm_after_seconds } = parameters;
  if (pages.length + hosts.length === 0) {
    throw new Error("There is nothing to watch: write pages or hosts in [parameters] of HAND.toml");
  }
  const { value } = await hand.tool<{ value: Known | null }>("memory_get", { key: "known" });
  const known = value ?? {};

  let findings = await probe(hand, { pages, hosts }, parameters);
  const doubted = findings.filter(({ subject, problem }) => problem !== null && !(subject in known));
  if (doubted.length > 0 && confirm_after_seconds > 0) {
    // The execution waits without a process: nothing runs in these seconds, and a restart does not lose them.
    await hand.sleep(confirm_after_seconds);
    const subjects = doubted.map(({ subject }) => subject);
    const again = await probe(
      hand,
      {
        pages: pages.filter((page) => subjects.includes(page)),
        hosts: hosts.filter((host) => subjects.includes(host)),
      },
      parameters,
    );
    findings = findings.map((finding) => again.find(({ subject }) => subject === finding.subject) ?? finding);
  }

  const { news, known: next } = compare(findings, known, hand.now());
  await hand.tool("memory_set", { key: "known", value: next });
  return news.join("\n");
}

async function probe(
  hand: HandContext,
  { pages, hosts }: Pick<Parameters, "pages" | "hosts">,
  { slow_ms, give_up_seconds, remind_days }: Parameters,
): Promise<readonly Finding[]> {
  const now = hand.now();
  const giveUpSeconds = give_up_seconds;
  return await Promise.all([
    ...pages.map(async (url) => {
      const answer = await hand.tool<PageProbe>("probe_page", { url, giveUpSeconds });
      return { subject: url, problem: judgePage(answer, slow_ms) };
    }),
    ...hosts.map(async (subject) => {
      const [host, port = "443"] = subject.split(/:(?=\d+$)/);
      const answer = await hand.tool<CertificateProbe>("probe_certificate", {
        host,
        port: Number(port),
        giveUpSeconds,
      });
      return { subject, problem: judgeCertificate(answer, { now, remindDays: remind_days }) };
    }),
  ]);
}
