import { z } from "zod";
import { projectFileSchema } from "./project-file-schema.ts";

/** The keys that the table at a path may have. */
export function listKeys(path: readonly (string | number)[]): readonly string[] {
  const found = path.reduce<readonly z.core.$ZodType[]>(
    (schemas, part) => schemas.flatMap((schema) => stepInto(schema, String(part))),
    [projectFileSchema],
  );
  return found.flatMap((schema) => keysOf(schema));
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
