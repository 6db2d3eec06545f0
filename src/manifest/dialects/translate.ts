import { readAgentsos } from "./agentsos.ts";
import { readAutomaton } from "./automaton.ts";
import { readBizclaw } from "./bizclaw.ts";
import { readCawl } from "./cawl.ts";
import { readClawgear } from "./clawgear.ts";
import { readLibreFang } from "./librefang.ts";
import { readOpenFang, readWrappedOpenFang } from "./openfang.ts";
import type { ForeignDialect } from "./recognise-dialect.ts";
import type { DialectReader } from "./types.ts";
import { readZeroclaw } from "./zeroclaw.ts";

/** The reader of each dialect. */
export const DIALECT_READERS: Readonly<Record<ForeignDialect, DialectReader>> = {
  openfang: readOpenFang,
  "openfang-wrapped": readWrappedOpenFang,
  librefang: readLibreFang,
  agentsos: readAgentsos,
  cawl: readCawl,
  clawgear: readClawgear,
  automaton: readAutomaton,
  bizclaw: readBizclaw,
  zeroclaw: readZeroclaw,
};
