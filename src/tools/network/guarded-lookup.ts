import { lookup as lookupByDns } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isIPv6 } from "node:net";
import { describeError, HandsError, toHandsError } from "../../core/index.ts";
import type { AdmittedHost } from "./host-rules.ts";
import { checkAddress } from "./host-rules.ts";

/** Gives every address of a host, as the machine's resolver does. */
export type LookupAddresses = (host: string) => Promise<readonly string[]>;

/** The machine's own resolver, `/etc/hosts` included. */
export const lookupAddresses: LookupAddresses = async (host) => {
  const found = await lookupByDns(host, { all: true });
  return found.map(({ address }) => address);
};

/**
 * A lookup for sockets that gives only addresses that were checked: the one that is connected to is one of them, so there
 * is no second lookup that could answer differently. One forbidden address refuses the host.
 */
export function createGuardedLookup(admitted: AdmittedHost, lookup: LookupAddresses): LookupFunction {
  return (_hostname, options, callback) => {
    resolveAndCheck(admitted, lookup).then(
      (addresses) => {
        const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        const first = all[0];
        if (options.all === true || first === undefined) callback(null, all);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(toHandsError(error), []),
    );
  };
}

async function resolveAndCheck(admitted: AdmittedHost, lookup: LookupAddresses): Promise<readonly string[]> {
  const { host } = admitted;
  const addresses = await lookup(host).catch((cause: unknown) => {
    throw new HandsError("tool_failed", `The host ${host} could not be found: ${describeError(cause)}`, {
      cause,
    });
  });
  if (addresses.length === 0) throw new HandsError("tool_failed", `The host ${host} has no address`);
  for (const address of addresses) checkAddress(address, admitted);
  return addresses;
}
