import { sha256 } from "../core/index.ts";

/** The names that tools have on the wire, and back. */
export interface ToolNames {
  /** Every provider takes it: `[A-Za-z_][A-Za-z0-9_-]{0,63}`. */
  toWire(name: string): string;
  /** The tool's own name; what no tool is called comes back as it is. */
  fromWire(wireName: string): string;
}

const ACCEPTED = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const LONGEST = 64;
const HASH_LENGTH = 8;

/**
 * Gives each tool a name that every provider takes: its own where that will do, `server__tool` for `server.tool`,
 * and one with a hash where it would be too long or is another tool's. The order of the tools does not matter.
 */
export function createToolNames(names: readonly string[]): ToolNames {
  const wireByName = new Map<string, string>();
  const nameByWire = new Map<string, string>();
  const plain = new Map<string, number>();
  for (const name of new Set(names)) plain.set(simplify(name), (plain.get(simplify(name)) ?? 0) + 1);
  for (const name of new Set(names)) {
    const simple = simplify(name);
    const isFree = ACCEPTED.test(simple) && plain.get(simple) === 1;
    const other = isFree ? simple : addHash(simple, name);
    const wireName = ACCEPTED.test(name) ? name : other;
    wireByName.set(name, wireName);
    nameByWire.set(wireName, name);
  }
  return {
    toWire: (name) => wireByName.get(name) ?? (ACCEPTED.test(name) ? name : addHash(simplify(name), name)),
    fromWire: (wireName) => nameByWire.get(wireName) ?? wireName,
  };
}

function simplify(name: string): string {
  const simple = name.replaceAll(".", "__").replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return /^[A-Za-z_]/.test(simple) ? simple : `_${simple}`;
}

function addHash(simple: string, name: string): string {
  return `${simple.slice(0, LONGEST - HASH_LENGTH - 1)}_${sha256(name).slice(0, HASH_LENGTH)}`;
}
