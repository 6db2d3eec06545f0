import type { HandContext } from "hands";
import { HandsError } from "hands";

interface Parameters {
  readonly inbox: string;
  readonly rules: readonly { readonly folder: string; readonly endings: readonly string[] }[];
  readonly settle_minutes: number;
}

interface File {
  readonly name: string;
  readonly modifiedAt: string;
  readonly byteLength: number;
}

interface Moved {
  readonly results: readonly { readonly file: string; readonly folder: string; readonly result: string }[];
}

/** What a gate, a human or an operator says instead of yes. */
const REFUSALS = ["approval_rejected", "approval_expired", "denied"];

export default async function sortInbox(hand: HandContext) {
  const { inbox, rules, settle_minutes } = hand.parameters as unknown as Parameters;
  const { files } = await hand.tool<{ files: readonly File[] }>("list_inbox");
  const { value } = await hand.tool<{ value: readonly string[] | null }>("memory_get", { key: "left" });
  const left = value ?? [];
  const settledAt = new Date(hand.now().getTime() - settle_minutes * 60_000).toISOString();

  const proposed = files
    .filter((file) => file.modifiedAt <= settledAt && !left.includes(identify(file)))
    .flatMap((file) => {
      const folder = rules.find(({ endings }) =>
        endings.some((ending) => file.name.toLowerCase().endsWith(ending)),
      )?.folder;
      return folder === undefined ? [] : [{ file, move: { file: file.name, folder } }];
    });
  if (proposed.length === 0) return "";

  /** Asked about once: what was refused, or could not be moved, is left alone until it changes. */
  const leave = async (names: readonly string[]) => {
    const there = files.map(identify);
    const more = proposed.filter(({ file }) => names.includes(file.name)).map(({ file }) => identify(file));
    const kept = [...left.filter((known) => there.includes(known)), ...more];
    await hand.tool("memory_set", { key: "left", value: kept });
  };

  try {
    const moves = proposed.map(({ move }) => move);
    const { results } = await hand.tool<Moved>("move_files", { inbox, moves });
    // Also what the approver took out of the request.
    const stayed = proposed
      .map(({ file }) => file.name)
      .filter((name) => !results.some(({ file, result }) => file === name && result === "moved"));
    await leave(stayed);
    return [
      `# Sorted ${results.filter(({ result }) => result === "moved").length} files`,
      "",
      ...results.map(
        ({ file, folder, result }) => `- ${quote(file)} ${SAID[result] ?? result} ${quote(folder)}`,
      ),
    ].join("\n");
  } catch (error) {
    if (!(error instanceof HandsError) || !REFUSALS.includes(error.code)) throw error;
    await leave(proposed.map(({ file }) => file.name));
    return `Nothing was moved: ${error.message}`;
  }
}

const SAID: Readonly<Record<string, string>> = {
  moved: "is now in",
  exists: "stays: a file of this name is already in",
  gone: "was gone before it could be moved to",
};

/** A file's name is whatever somebody wrote: it stays text. */
function quote(text: string): string {
  return `\`${text.replace(/[`\s]+/g, " ")}\``;
}

function identify({ name, modifiedAt, byteLength }: File): string {
  return `${name} ${byteLength} ${modifiedAt}`;
}
