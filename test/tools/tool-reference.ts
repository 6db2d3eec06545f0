import type { JsonObject } from "../../src/core/index.ts";
import { isPlainObject } from "../../src/core/index.ts";
import type { ToolDescriptor } from "../../src/tools/index.ts";

/** The reference of tools in Markdown, as `docs/tools.md` has it: one section a tool, made from what a model is shown. */
export function renderToolReference(descriptors: readonly ToolDescriptor[]): string {
  return descriptors.map(renderTool).join("\n");
}

function renderTool(descriptor: ToolDescriptor): string {
  const facts = [
    `effect \`${descriptor.effect}\``,
    ...(descriptor.confinedTo === null ? [] : [`confined to the hand's own ${descriptor.confinedTo}`]),
    ...(descriptor.effect !== "read" && descriptor.isIdempotent ? ["may be repeated"] : []),
    ...(descriptor.isUntrusted ? ["its results come from outside"] : []),
    `at most ${descriptor.timeoutMs / 1000} s`,
  ];
  const lines = [`### ${descriptor.name}`, "", descriptor.description, "", `${facts.join("; ")}.`, ""];
  return [...lines, ...renderArguments(descriptor.inputSchema)].join("\n");
}

function renderArguments({ properties, required }: JsonObject): readonly string[] {
  const names = Object.entries(isPlainObject(properties) ? properties : {});
  if (names.length === 0) return ["It takes no arguments.", ""];
  const needed = Array.isArray(required) ? required : [];
  const rows = names.map(([name, schema]) =>
    renderArgument(name, schema as JsonObject, needed.includes(name)),
  );
  return ["| argument | type | default | |", "|---|---|---|---|", ...rows, ""];
}

function renderArgument(name: string, schema: JsonObject, isNeeded: boolean): string {
  const fallback = isNeeded
    ? "needed"
    : schema.default === undefined
      ? ""
      : `\`${JSON.stringify(schema.default)}\``;
  return `| \`${name}\` | ${describeType(schema)} | ${fallback} | ${schema.description ?? ""} |`;
}

function describeType(schema: JsonObject): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(" or ");
  if (schema.type === "array") return `list of ${describeType(schema.items as JsonObject)}`;
  const { minimum, maximum } = schema;
  const end = maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`;
  const range = minimum === undefined ? "" : `, from ${minimum}${end}`;
  return `${schema.type ?? "any JSON"}${range}`;
}
