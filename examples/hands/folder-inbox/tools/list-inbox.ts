import { mkdir, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { defineTool } from "hands";
import { z } from "zod";

/** The files that lie in the inbox itself. It is made where it is missing, so that there is a place to drop them. */
export default defineTool({
  name: "list_inbox",
  description: "Lists the files of the inbox, with their size and when they last changed.",
  effect: "read",
  input: z.strictObject({}),
  async execute(_args, { parameters, workspace }) {
    const inbox = resolve(workspace, String(parameters["inbox"]));
    // A folder elsewhere that is missing is a mistake or a disk that is not there: nobody makes it here.
    if (inbox.startsWith(workspace)) await mkdir(inbox, { recursive: true });
    const names = await readdir(inbox, { withFileTypes: true });
    const files = names.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
    const listed = await Promise.all(
      files.map(async ({ name }) => {
        const { mtime, size } = await stat(join(inbox, name));
        return { name, modifiedAt: mtime.toISOString(), byteLength: size };
      }),
    );
    return { files: listed.sort((left, right) => (left.name < right.name ? -1 : 1)).slice(0, 500) };
  },
});
