import type { JsonObject, JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import { describeValue } from "../describe-value.ts";
import type { DocumentPath } from "../document-paths.ts";
import { valueAt } from "../document-paths.ts";
import { findUnreadPlaces } from "./find-unread-places.ts";
import type {
  ForeignPackage,
  MisplacedKey,
  MissingPart,
  NativePackage,
  PackagePlace,
  TranslationNote,
} from "./types.ts";
import { MANIFEST_FILE, PROMPT_FILE } from "./types.ts";

interface MutableTable {
  [key: string]: JsonValue | MutableTable;
}

/** How a value is moved. */
export interface MoveOptions {
  readonly reason?: string;
  /** It holds the hand back, so it must not be lost in silence. */
  readonly isGuard?: boolean;
}

/**
 * The work sheet of a reader: what it takes from the foreign document, where it puts it in the native one, and a note for each. Whatever no
 * reader took is noted as lost when the sheet is finished.
 */
export class Translation {
  readonly source: ForeignPackage;
  readonly #document: MutableTable = { hand: {} };
  readonly #notes: TranslationNote[] = [];
  readonly #missing: MissingPart[] = [];
  readonly #misplaced: MisplacedKey[] = [];
  readonly #prompt: string[] = [];
  readonly #skills: NativePackage["skills"][number][] = [];
  readonly #renamedTools = new Map<string, string>();

  constructor(source: ForeignPackage) {
    this.source = source;
  }

  /** What stands in the foreign manifest. */
  at(path: DocumentPath): unknown {
    return valueAt(this.source.document, path);
  }

  /** What stands in the native document so far. */
  nativeAt(path: DocumentPath): unknown {
    return valueAt(this.#document, path);
  }

  /** Puts a value into the native document; tables on the way are made. */
  set(to: DocumentPath, value: JsonValue): void {
    let table = this.#document;
    for (const part of to.slice(0, -1)) {
      const key = String(part);
      const child = Object.hasOwn(table, key) ? table[key] : undefined;
      if (Array.isArray(child) || isPlainObject(child)) table = child as MutableTable;
      else {
        const created: MutableTable = {};
        table[key] = created;
        table = created;
      }
    }
    table[String(to.at(-1))] = value;
  }

  /** Adds an element to a list of the native document, and gives its path. */
  append(to: DocumentPath, value: JsonValue): DocumentPath {
    const list = this.nativeAt(to);
    if (!Array.isArray(list)) {
      this.set(to, [value]);
      return [...to, 0];
    }
    list.push(value);
    return [...to, list.length - 1];
  }

  /** A value that says the same here. */
  move(from: DocumentPath, to: DocumentPath, value: JsonValue, options: MoveOptions = {}): void {
    this.set(to, value);
    this.noteMapped(from, to, options.reason);
  }

  /** Moves a text; does nothing where there is none, and notes the loss of anything else. Gives the text. */
  moveText(from: DocumentPath, to: DocumentPath, options: MoveOptions = {}): string | undefined {
    return this.#moveChecked(
      from,
      to,
      options,
      "a text",
      (value) => typeof value === "string" && value !== "",
    );
  }

  /** As {@link moveText}, for a number that fits. */
  moveNumber(
    from: DocumentPath,
    to: DocumentPath,
    options: MoveOptions & { readonly fits?: (value: number) => boolean; readonly expected?: string } = {},
  ): number | undefined {
    const { fits = () => true, expected = "a number" } = options;
    return this.#moveChecked(
      from,
      to,
      options,
      expected,
      (value) => typeof value === "number" && fits(value),
    );
  }

  /** As {@link moveText}, for true and false. */
  moveTruth(from: DocumentPath, to: DocumentPath, options: MoveOptions = {}): boolean | undefined {
    return this.#moveChecked(from, to, options, "true or false", (value) => typeof value === "boolean");
  }

  #moveChecked<Value extends JsonValue>(
    from: DocumentPath,
    to: DocumentPath,
    options: MoveOptions,
    expected: string,
    fits: (value: unknown) => boolean,
  ): Value | undefined {
    const value = this.at(from);
    if (value === undefined) return undefined;
    if (!fits(value)) {
      this.loseWrong(from, expected, options);
      return undefined;
    }
    this.move(from, to, value as Value, options);
    return value as Value;
  }

  noteMapped(from: DocumentPath, to: DocumentPath, reason: string | null = null): void {
    this.#note(
      "mapped",
      { file: MANIFEST_FILE, path: from },
      { file: MANIFEST_FILE, path: to },
      reason,
      false,
    );
  }

  /** A file that was read key by key. */
  noteFile(file: string, to: DocumentPath, reason: string): void {
    this.#note("mapped", { file, path: [] }, { file: MANIFEST_FILE, path: to }, reason, false);
  }

  /** A value that went into the prompt. */
  notePrompt(from: DocumentPath, reason: string | null = null): void {
    this.#note("mapped", { file: MANIFEST_FILE, path: from }, { file: PROMPT_FILE, path: [] }, reason, false);
  }

  /** Fills in what the foreign package leaves to its own program. */
  fillIn(to: DocumentPath, value: JsonValue, reason: string): void {
    this.set(to, value);
    this.#note("defaulted", null, { file: MANIFEST_FILE, path: to }, reason, false);
  }

  /** What has no counterpart; `path` is empty for a whole file. */
  lose(
    from: DocumentPath,
    reason: string,
    options: { readonly isGuard?: boolean; readonly file?: string } = {},
  ): void {
    this.#note(
      "lost",
      { file: options.file ?? MANIFEST_FILE, path: from },
      null,
      reason,
      options.isGuard ?? false,
    );
  }

  /** What is of another type than it should be. */
  loseWrong(from: DocumentPath, expected: string, options: { readonly isGuard?: boolean } = {}): void {
    this.lose(from, `it is ${describeValue(this.at(from))}; expected ${expected}`, options);
  }

  /** Adds a part to the system prompt. */
  addPrompt(text: string): void {
    if (text.trim() !== "") this.#prompt.push(text.trim());
  }

  /** A file that becomes a part of the prompt. */
  addPromptFile(file: string): boolean {
    const text = this.source.files.get(file);
    if (text === undefined) return false;
    this.addPrompt(text);
    this.#note("mapped", { file, path: [] }, { file: PROMPT_FILE, path: [] }, null, false);
    return true;
  }

  /** A file that becomes knowledge which is always in the prompt. */
  addSkillFile(file: string, name: string): void {
    const text = this.source.files.get(file);
    if (text === undefined) return;
    this.#skills.push({ name, text, source: file });
    this.#note("mapped", { file, path: [] }, { file: `skills/${name}.md`, path: [] }, null, false);
  }

  /** Remembers that a tool is called otherwise here, so that the prompt's words can be told. */
  renameTool(theirs: string, ours: string): void {
    if (theirs !== ours) this.#renamedTools.set(theirs, ours);
  }

  noteMissing(part: string, hint: string, at: DocumentPath = []): void {
    this.#missing.push({ part, hint, at });
  }

  noteMisplaced(key: string, at: DocumentPath): void {
    this.#misplaced.push({ key, at });
  }

  /** The native package, with a note for everything that nobody took. */
  finish(): NativePackage {
    const taken = this.#notes.flatMap(({ from }) => {
      if (from === null) return [];
      if (from.file === MANIFEST_FILE) return [from.path];
      return from.path.length === 0 ? [] : [[from.file, ...from.path]];
    });
    for (const path of findUnreadPlaces(this.source.document, taken)) {
      this.lose(path, "nothing here reads it");
    }
    for (const file of this.source.files.keys()) {
      if (!this.#notes.some(({ from }) => from?.file === file))
        this.lose([], "nothing here reads this file", { file });
    }
    this.#explainToolNames();
    const systemPrompt = this.#prompt.length === 0 ? null : `${this.#prompt.join("\n\n")}\n`;
    const description = this.nativeAt(["hand", "description"]);
    if (
      this.#missing.length === 0 &&
      systemPrompt === null &&
      (typeof description !== "string" || description.trim() === "")
    )
      this.noteMissing("a prompt", "Write what the hand shall do into SYSTEM.md.");
    for (const { from, isGuard, reason } of this.#notes) {
      if (isGuard && from !== null) {
        const name = from.path.length === 0 ? from.file : from.path.join(".");
        const hint = `Its \`${name}\` held the hand back there, and has no counterpart here (${reason ?? ""}): write a gate in [approval_gates] or a bound in [limits] instead.`;
        this.noteMissing(`what stands for \`${name}\``, hint, from.file === MANIFEST_FILE ? from.path : []);
      }
    }
    if (this.#missing.length > 0)
      this.fillIn(["hand", "enabled"], false, "a part is missing: write it first, then remove this line");
    return {
      document: this.#document as JsonObject,
      systemPrompt,
      skills: this.#skills,
      notes: this.#notes,
      missing: this.#missing,
      misplaced: this.#misplaced,
    };
  }

  /** Where prompt or knowledge speak of tools by their old names, the model is told the new ones. */
  #explainToolNames(): void {
    const words = [...this.#prompt, ...this.#skills.map(({ text }) => text)].join("\n");
    const spoken = [...this.#renamedTools].filter(([theirs]) => words.includes(theirs));
    if (spoken.length === 0) return;
    const pairs = spoken.map(([theirs, ours]) => `\`${theirs}\` is \`${ours}\``);
    this.addPrompt(`Some tools have other names here: ${pairs.join(", ")}.`);
    this.#note(
      "defaulted",
      null,
      { file: PROMPT_FILE, path: [] },
      "the prompt names tools that are called otherwise here",
      false,
    );
  }

  /** Keys of another file's document are read below that file's name. */
  #placeOf(place: PackagePlace): PackagePlace {
    const [first, ...rest] = place.path;
    const isOtherFile =
      place.file === MANIFEST_FILE && typeof first === "string" && this.source.files.has(first);
    return isOtherFile ? { file: first, path: rest } : place;
  }

  #note(
    kind: TranslationNote["kind"],
    from: PackagePlace | null,
    to: PackagePlace | null,
    reason: string | null,
    isGuard: boolean,
  ): void {
    this.#notes.push({ kind, from: from === null ? null : this.#placeOf(from), to, reason, isGuard });
  }
}
