/** What must not be shown of an address that is itself a secret: all of it, its path, and the key at its end. */
export function listAddressSecrets(address: string): readonly string[] {
  const { pathname } = new URL(address);
  const key = pathname.split("/").at(-1) ?? "";
  return [address, pathname, key].filter((part) => part.length >= 8);
}
