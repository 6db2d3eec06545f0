/** What a new hand is made of. */
export interface NewHand {
  readonly name: string;
  readonly description: string;
  /** A cron expression; null for a hand that is only run by hand. */
  readonly schedule: string | null;
  /** What editors are told of the manifest's schema, as it stands in the first line. */
  readonly schemaAddress: string;
}

/** A kind of hand that can be made. */
export interface HandTemplate {
  /** One line, for the help. */
  readonly title: string;
  readonly description: string;
  /** When it fires, unless something else is said; null for only by hand. */
  readonly schedule: string | null;
  /** The files of the folder, by path. */
  render(hand: NewHand): Readonly<Record<string, string>>;
}
