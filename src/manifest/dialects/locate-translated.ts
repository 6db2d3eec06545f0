import type { DocumentPath } from "../document-paths.ts";
import { locateProblems } from "../locate-problems.ts";
import type { Diagnostic, ManifestProblem } from "../types.ts";
import type { NativePackage } from "./types.ts";
import { MANIFEST_FILE } from "./types.ts";

/** Puts problems of the native document to the place in the foreign manifest that each came from. */
export function locateTranslated(
  text: string,
  file: string,
  translated: NativePackage,
  problems: readonly ManifestProblem[],
): Diagnostic[] {
  const moved = problems.map((problem) => {
    const path = findOrigin(translated, problem.path);
    return path === null ? { ...problem, path: [], at: "key" as const } : { ...problem, path };
  });
  return locateProblems(text, file, moved);
}

/** The foreign key that became the native one, or the nearest thing around it. */
function findOrigin({ notes }: NativePackage, path: DocumentPath): DocumentPath | null {
  for (let length = path.length; length > 0; length -= 1) {
    const wanted = JSON.stringify(path.slice(0, length));
    const note = notes.find(
      ({ from, to }) =>
        from?.file === MANIFEST_FILE && to?.file === MANIFEST_FILE && JSON.stringify(to.path) === wanted,
    );
    if (note?.from != null) return note.from.path;
  }
  return null;
}
