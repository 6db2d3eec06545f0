import { isIP } from "node:net";
import { HandsError } from "../../core/index.ts";
import { findAddressKind, KINDS_ALLOWED_BY_NAME } from "./address-kind.ts";

/** A host that the rules let through, and what its addresses may be. */
export interface AdmittedHost {
  /** Lower case, without brackets and without the final dot. */
  readonly host: string;
  /** Is the host itself written in the allow-list, and not only a pattern that it matches? */
  readonly isNamed: boolean;
}

/**
 * May this hand speak to the host of an address? An entry of the list is a host (`api.example.com`), any host below one
 * (`*.example.com`, which is not `example.com` itself), any public host (`*`), each also with a port (`localhost:8080`);
 * without a list it is any public host.
 *
 * Throws: `denied`, with the entry to write.
 */
export function admitHost(url: URL, allow: readonly string[] | null): AdmittedHost {
  const host = normalizeHost(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const entries = (allow ?? ["*"])
    .map(parseEntry)
    .filter((entry) => entry.port === null || entry.port === port);
  const isNamed = entries.some((entry) => entry.host === host);
  if (!isNamed && !entries.some((entry) => matchesPattern(entry.host, host))) {
    throw new HandsError("denied", `This hand may not reach ${host}: it is not in its [network] allow`, {
      hint: `To allow it, add ${JSON.stringify(host)} to allow in the [network] table of its HAND.toml.`,
      details: { rule: "network.allow", host },
    });
  }
  if (isIP(host) !== 0) checkAddress(host, { host, isNamed });
  return { host, isNamed };
}

/** Throws: `denied` when an address that the host has is none that this hand may connect to. */
export function checkAddress(address: string, { host, isNamed }: AdmittedHost): void {
  const kind = findAddressKind(address);
  if (kind === null) return;
  if (isNamed && (address === host || KINDS_ALLOWED_BY_NAME.includes(kind))) return;
  const which = address === host ? `it is a ${kind} address` : `it is ${address}, a ${kind} address`;
  const entry = KINDS_ALLOWED_BY_NAME.includes(kind) ? host : address;
  throw new HandsError("denied", `This hand may not reach ${host}: ${which}`, {
    hint: `If that is wanted, add ${JSON.stringify(entry)} to allow in the [network] table of its HAND.toml.`,
    details: { rule: "network.address", host, address, kind },
  });
}

function normalizeHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.+$/, "");
}

function matchesPattern(pattern: string, host: string): boolean {
  if (pattern === "*") return true;
  return (
    pattern.startsWith("*.") &&
    isIP(host) === 0 &&
    host.endsWith(pattern.slice(1)) &&
    host.length >= pattern.length
  );
}

interface AllowEntry {
  readonly host: string;
  readonly port: string | null;
}

function parseEntry(entry: string): AllowEntry {
  // An IPv6 address has colons of its own: its port is told by brackets.
  if (isIP(entry) === 6) return { host: canonicalHost(entry), port: null };
  const match = /^(\[[^\]]+\]|[^:/?#@\s]*)(?::(\d+))?$/.exec(entry.trim());
  if (match?.[1] === undefined || match[1] === "") {
    throw new HandsError("invalid_argument", `${JSON.stringify(entry)} in [network] allow is not a host`, {
      hint: 'Write a host ("api.example.com"), hosts below one ("*.example.com"), or either with a port ("localhost:8080").',
    });
  }
  return { host: canonicalHost(match[1]), port: match[2] ?? null };
}

/** As WHATWG addresses write hosts, so that an entry in other letters, digits or Unicode means the same host. */
function canonicalHost(host: string): string {
  if (host.includes("*")) return normalizeHost(host);
  const inAddress = isIP(host) === 6 ? `[${host}]` : host;
  return normalizeHost(
    URL.canParse(`http://${inAddress}/`) ? new URL(`http://${inAddress}/`).hostname : host,
  );
}
