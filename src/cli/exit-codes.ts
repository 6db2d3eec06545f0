/** What the program ends with. */
export const EXIT = {
  ok: 0,
  /** It failed. */
  failed: 1,
  /** The command line, the configuration or a manifest is wrong. */
  usage: 2,
  cancelled: 3,
  notAuthorised: 4,
  /** The execution ended, and not with success. */
  unsuccessful: 5,
  /** The execution waits for a human. */
  waiting: 6,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
