import { BlockList, isIP, isIPv6 } from "node:net";

/** What an address that is not on the public Internet is for. */
export type AddressKind = "loopback" | "private" | "link-local" | "metadata" | "multicast" | "reserved";

/** Kinds that a host's name, written in the allow-list, is enough for; the others ask for the address itself. */
export const KINDS_ALLOWED_BY_NAME: readonly AddressKind[] = ["loopback", "private"];

/** Looked through in this order. Sources: IANA special-purpose registries for IPv4 and IPv6; the cloud vendors' documents. */
const RANGES: readonly (readonly [kind: AddressKind, ranges: readonly string[]])[] = [
  [
    "metadata",
    ["169.254.169.254/32", "169.254.170.2/32", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"],
  ],
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"]],
  ["multicast", ["224.0.0.0/4", "ff00::/8"]],
  [
    "reserved",
    [
      "0.0.0.0/8",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.88.99.0/24",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "240.0.0.0/4",
      "::/96",
      "::ffff:0:0:0/96",
      "64:ff9b:1::/48",
      "100::/64",
      "2001::/23",
      "2001:db8::/32",
      "3fff::/20",
      "5f00::/16",
    ],
  ],
];

const LISTS = RANGES.map(([kind, ranges]) => ({ kind, list: createBlockList(ranges) }));

/** The kind of an address, or null for a public one. What is no IP address at all is `reserved`. */
export function findAddressKind(address: string): AddressKind | null {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) === 0) return "reserved";
  const family = isIPv6(plain) ? "ipv6" : "ipv4";
  return LISTS.find(({ list }) => list.check(plain, family))?.kind ?? null;
}

function createBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const slash = range.indexOf("/");
    const network = range.slice(0, slash);
    const prefix = Number(range.slice(slash + 1));
    if (isIPv6(network)) {
      list.addSubnet(network, prefix, "ipv6");
      continue;
    }
    // A block list finds IPv4 in ::ffff:0:0/96 by itself; the other ways to write it into IPv6 are NAT64 and 6to4.
    list.addSubnet(network, prefix, "ipv4");
    list.addSubnet(`64:ff9b::${network}`, 96 + prefix, "ipv6");
    list.addSubnet(`2002:${toHexGroups(network)}::`, 16 + prefix, "ipv6");
  }
  return list;
}

function toHexGroups(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
