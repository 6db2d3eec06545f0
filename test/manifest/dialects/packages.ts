import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ForeignDialect } from "../../../src/manifest/dialects/recognise-dialect.ts";
import { DIALECTS } from "../../../src/manifest/index.ts";

/** Where the packages are: one folder for each dialect. */
export const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));

/** A package that is written to the description of its dialect. */
export interface Fixture {
  readonly dialect: ForeignDialect;
  readonly name: string;
  readonly dir: string;
}

/** Every package, in a stable order. */
export const PACKAGES: readonly Fixture[] = DIALECTS.filter((dialect) => dialect !== "native").flatMap(
  (dialect) =>
    readdirSync(join(FIXTURES, dialect))
      .sort()
      .map((name) => ({ dialect, name, dir: join(FIXTURES, dialect, name) })),
);

/** The packages that are refused, and what their one message says. */
export const REFUSED: Readonly<Record<string, { readonly code: string; readonly says: RegExp }>> = {
  "agentsos/never": { code: "invalid_schedule", says: /never/ },
  "bizclaw/walled": { code: "missing_part", says: /max_customers_per_day/ },
  "cawl/fenced": { code: "missing_part", says: /forbidden_domains/ },
  "clawgear/speechless": { code: "missing_part", says: /task_prompt/ },
  "zeroclaw/timeless": { code: "missing_part", says: /time of its schedule/ },
};
