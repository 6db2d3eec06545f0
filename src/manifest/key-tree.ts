import { z } from "zod";

/**
 * The keys that a schema knows, without what it says of their values: read once, because every manifest is walked along it and asking a
 * schema what it is costs more than the step. Null stands for values that have no keys.
 */
export type KeyTree =
  | {
      readonly kind: "table";
      readonly members: ReadonlyMap<string, KeyTree | null>;
      /** Whether it takes no further keys. */
      readonly isClosed: boolean;
    }
  | { readonly kind: "record"; readonly values: KeyTree | null }
  | { readonly kind: "list"; readonly items: KeyTree | null }
  | { readonly kind: "either"; readonly options: readonly (KeyTree | null)[] };

export function readKeyTree(schema: z.core.$ZodType): KeyTree | null {
  if (schema instanceof z.ZodOptional) return readKeyTree(schema.unwrap());
  if (schema instanceof z.ZodUnion) return { kind: "either", options: schema.options.map(readKeyTree) };
  if (schema instanceof z.ZodArray) return { kind: "list", items: readKeyTree(schema.element) };
  if (schema instanceof z.ZodRecord) return { kind: "record", values: readKeyTree(schema.valueType) };
  if (!(schema instanceof z.ZodObject)) return null;
  const shape: z.core.$ZodShape = schema.shape;
  return {
    kind: "table",
    members: new Map(Object.entries(shape).map(([key, member]) => [key, readKeyTree(member)])),
    isClosed: schema.def.catchall instanceof z.ZodNever,
  };
}
