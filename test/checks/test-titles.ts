import { parseSync } from "vite";

/** One test of a file, as it is written. */
export interface WrittenTest {
  /** The title in the source; placeholders stand as they are: `%s`, `${name}`. */
  readonly title: string;
  /** Whether it runs wherever the file runs; false for what is skipped, to do, without a body, or run under a condition, also by its group. */
  readonly isRun: boolean;
}

interface SourceNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const TESTS = new Set(["test", "it"]);
const GROUPS = /^(describe\w*|suite)$/;
const HELD_BACK = new Set(["skip", "skipIf", "runIf", "todo", "only", "fails"]);

/** Every test of a file's source, in its order. Read from the syntax tree: a title in a comment or in a text is none. Throws: for a source that does not parse. */
export function readTestTitles(file: string, source: string): readonly WrittenTest[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const found: WrittenTest[] = [];
  visit(program, true);
  return found;

  function visit(value: unknown, isGroupRun: boolean): void {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, isGroupRun);
      return;
    }
    if (!isNode(value)) return;
    const definition = readDefinition(value, source);
    const isRun = isGroupRun && (definition?.isRun ?? true);
    if (definition?.kind === "test") found.push({ title: definition.title, isRun });
    for (const child of Object.values(value)) visit(child, isRun);
  }
}

/** What a call defines: `test("…", …)`, `test.each([…])("…", …)`, `describe.skip("…", …)`. */
function readDefinition(node: SourceNode, source: string) {
  if (node.type !== "CallExpression") return undefined;
  const names = readChain(node["callee"]);
  const [root = ""] = names;
  const kind = TESTS.has(root) ? "test" : GROUPS.test(root) ? "group" : undefined;
  const [first, ...rest] = node["arguments"] as readonly SourceNode[];
  const title = first === undefined ? undefined : readText(first, source);
  if (kind === undefined || title === undefined) return undefined;
  const hasBody = rest.some((argument) => /^(ArrowFunction|Function)Expression$/.test(argument.type));
  const options = rest.filter((argument) => argument.type === "ObjectExpression");
  const isHeldBack =
    names.some((name) => HELD_BACK.has(name)) || options.some((option) => hasHeldBackKey(option));
  return { kind, title, isRun: hasBody && !isHeldBack } as const;
}

/** The names of `a.b(…).c`, outermost last; empty for anything else. */
function readChain(value: unknown): readonly string[] {
  if (!isNode(value)) return [];
  if (value.type === "Identifier") return [String(value["name"])];
  if (value.type === "CallExpression") return readChain(value["callee"]);
  if (value.type === "TaggedTemplateExpression") return readChain(value["tag"]);
  if (value.type !== "MemberExpression") return [];
  return [...readChain(value["object"]), ...readChain(value["property"])];
}

function readText(node: SourceNode, source: string): string | undefined {
  if (node.type === "Literal" && typeof node["value"] === "string") return node["value"];
  return node.type === "TemplateLiteral" ? source.slice(node.start + 1, node.end - 1) : undefined;
}

function hasHeldBackKey(options: SourceNode): boolean {
  return (options["properties"] as readonly SourceNode[]).some((property) =>
    readChain(property["key"]).some((name) => HELD_BACK.has(name)),
  );
}

function isNode(value: unknown): value is SourceNode {
  return typeof value === "object" && value !== null && "type" in value;
}
