/** The variables of a process, as data. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy of this process's environment. Only the composition root and the CLI read it; everything else is handed what it needs. */
export function readEnvironment(): Environment {
  return { ...process.env };
}
