/** Tokens of the API, by the hash of their secret. */
export interface ApiTokensTable {
  id: string;
  name: string;
  /** Scopes, as a JSON list. */
  scopes_json: string;
  /** SHA-256; the secret itself is nowhere. */
  secret_hash: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  /** To the minute. */
  last_used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
}

/** Browsers that are logged in, by the hash of their cookie. */
export interface SessionsTable {
  id: string;
  /** The name that decisions are recorded under. */
  name: string;
  scopes_json: string;
  secret_hash: string;
  /** The token it was made with; null for a login link. It ends with the token. */
  token_id: string | null;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
}

/** Links that log in once, by the hash of their code. */
export interface LoginLinksTable {
  secret_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}
