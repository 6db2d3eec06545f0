import type { DocumentPath } from "../document-paths.ts";
import type { Translation } from "./translation.ts";

/** Categories that OpenFang and its kin know. */
const CATEGORIES: ReadonlySet<string> = new Set([
  "content",
  "security",
  "productivity",
  "development",
  "communication",
  "data",
  "finance",
  "other",
]);

/** Who the hand is. `idKey` is what it is called by programs; where that is missing, `name` is. */
export function readIdentity(translation: Translation, base: DocumentPath, idKey = "id"): void {
  const id = translation.moveText([...base, idKey], ["hand", "name"]);
  const name = translation.at([...base, "name"]);
  if (id === undefined && typeof name === "string" && /^[A-Za-z0-9_-]+$/.test(name))
    translation.moveText([...base, "name"], ["hand", "name"]);
  else translation.moveText([...base, "name"], ["hand", "title"], { reason: "what people are shown" });
  for (const key of ["description", "version", "author", "icon"] as const)
    translation.moveText([...base, key], ["hand", key]);
  readCategory(translation, [...base, "category"]);
  translation.moveTruth([...base, "enabled"], ["hand", "enabled"], { isGuard: true });
}

function readCategory(translation: Translation, from: DocumentPath): void {
  const category = translation.at(from);
  const isKnown = typeof category === "string" && CATEGORIES.has(category.toLowerCase());
  translation.moveText(
    from,
    ["hand", "category"],
    isKnown ? {} : { reason: "an unknown category, kept as it is" },
  );
}
