/** What a token or session may do. `admin` includes the others. */
export const SCOPES = ["read", "trigger", "decide", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}

/** Do these scopes allow what needs that one? */
export function allows(scopes: readonly Scope[], needed: Scope): boolean {
  return scopes.includes(needed) || scopes.includes("admin");
}

/** Scopes as they are stored; what is none any more is left out, and so grants nothing. */
export function parseScopes(json: string): readonly Scope[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter(isScope) : [];
}
