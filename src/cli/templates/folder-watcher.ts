import { renderHead } from "./render-head.ts";
import type { HandTemplate } from "./types.ts";

/** Tells of files that came, changed or went. */
export const folderWatcherTemplate: HandTemplate = {
  title: "a script tells which files of a folder came, changed or went",
  description: "Tells what changes in a folder",
  schedule: "*/10 * * * *",
  render: (hand) => ({
    "HAND.toml": `${renderHead(hand)}
# The hand sees its workspace, data/workspaces/${hand.name}/, and nothing else of the disk.
[tools]
required = ["file_list", "memory_get", "memory_set"]

[parameters]
# A folder of the workspace: "." is all of it.
folder = "."

[output]
format = "markdown"

[limits]
timeout = "2m"
`,
    "hand.ts": `import type { HandContext } from "hands";

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly byteLength: number;
  readonly modifiedAt: string;
}

/** What it returns is delivered; an empty text means that nothing changed, and delivers nothing. */
export default async function watchFolder(hand: HandContext): Promise<string> {
  const { folder } = hand.parameters as { folder: string };
  const { entries, truncated } = await hand.tool<{ entries: Entry[]; truncated: boolean }>("file_list", {
    path: folder,
    recursive: true,
  });
  if (truncated) hand.log.warn("the folder has more files than are looked at");
  const { value } = await hand.tool<{ value: Record<string, string> | null }>("memory_get", { key: "files" });
  const before = value ?? {};
  const files = entries.filter(({ type }) => type === "file");
  const now = Object.fromEntries(files.map((file) => [file.path, \`\${file.byteLength} \${file.modifiedAt}\`]));
  const lines = [
    ...Object.keys(now).filter((path) => before[path] === undefined).map((path) => \`- new: \${path}\`),
    ...Object.keys(now).filter((path) => (before[path] ?? now[path]) !== now[path]).map((path) => \`- changed: \${path}\`),
    ...Object.keys(before).filter((path) => now[path] === undefined).map((path) => \`- gone: \${path}\`),
  ];
  await hand.tool("memory_set", { key: "files", value: now });
  return lines.join("\\n");
}
`,
  }),
};
