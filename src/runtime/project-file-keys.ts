import { z } from "zod";
import { isPlainObject } from "../core/index.ts";
import { projectFileSchema } from "./project-file-schema.ts";

/** The keys that the table at a path may have; where they depend on what the table says of itself, those of what it says. */
export function listKeys(
  path: readonly (string | number)[],
  document: Readonly<Record<string, unknown>>,
): readonly string[] {
  let schemas: readonly z.core.$ZodType[] = [projectFileSchema];
  let value: unknown = document;
  for (const part of path) {
    schemas = schemas.flatMap((schema) => stepInto(schema, String(part)));
    value = isPlainObject(value) ? value[String(part)] : undefined;
  }
  return schemas.flatMap((schema) => keysOf(chooseOption(schema, value)));
}

function chooseOption(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const inner = unwrap(schema);
  if (!(inner instanceof z.ZodDiscriminatedUnion) || !isPlainObject(value)) return inner;
  const { discriminator } = inner.def;
  const chosen = inner.options.find(
    (option) =>
      option instanceof z.ZodObject && option.shape[discriminator]?.safeParse(value[discriminator]).success,
  );
  return chosen ?? inner;
}

/** The tables that have a key of this name, as they are written in a header. */
export function listOwners(key: string): readonly string[] {
  return Object.entries(projectFileSchema.shape)
    .filter(([, schema]) => keysOf(schema).includes(key))
    .map(([table]) => table);
}

function stepInto(schema: z.core.$ZodType, part: string): readonly z.core.$ZodType[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => stepInto(option, part));
  if (inner instanceof z.ZodRecord) return [inner.valueType];
  const member =
    inner instanceof z.ZodObject && Object.hasOwn(inner.shape, part) ? inner.shape[part] : undefined;
  return member === undefined ? [] : [member];
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysOf(option));
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
