/** How a Postgres database is reached. */
export interface PostgresAddress {
  /** What the driver is given. */
  readonly url: string;
  /** False where a pool in transaction mode is between: connections are lent by the transaction, so no session has a state. */
  readonly hasSessions: boolean;
}

const LISTEN_PARAMETER = "hands_listen";

/** Is it the address of a Postgres database? */
export function isPostgresAddress(db: string): boolean {
  return /^postgres(ql)?:\/\//.test(db);
}

/** Takes our own parameter out of an address: `hands_listen=false` says that notifications do not come through. */
export function parsePostgresAddress(db: string): PostgresAddress {
  const url = URL.parse(db);
  // What cannot be read is for the driver to say.
  if (url === null || !url.searchParams.has(LISTEN_PARAMETER)) return { url: db, hasSessions: true };
  const hasSessions = url.searchParams.get(LISTEN_PARAMETER) !== "false";
  url.searchParams.delete(LISTEN_PARAMETER);
  return { url: url.href, hasSessions };
}
