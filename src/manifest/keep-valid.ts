import { z } from "zod";

/**
 * The members of a table that fit their own schemas: what can still be judged when another member is wrong. `isSound` says that the whole
 * was found to fit already.
 */
export function keepValid<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  table: Readonly<Record<string, unknown>>,
  { isSound }: { readonly isSound: boolean },
): Partial<z.infer<z.ZodObject<Shape>>> {
  const members = Object.entries(table).filter(([key, value]) => {
    const member = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
    return member !== undefined && (isSound || z.safeParse(member, value).success);
  });
  return Object.fromEntries(members) as Partial<z.infer<z.ZodObject<Shape>>>;
}
