const plain = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export function formatCount(count: number): string {
  return plain.format(count);
}

/** `812`, `14.2K`, `3.1M`. */
export function formatShort(count: number): string {
  return count < 1000 ? String(count) : short.format(count);
}

/** Dollars; small sums to a hundredth of a cent, since a call may cost less than a cent. Null is said to be unknown. */
export function formatCost(costUsd: number | null): string {
  if (costUsd === null) return "unknown";
  if (costUsd === 0) return "$0";
  if (costUsd < 0.0001) return "< $0.0001";
  return `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}

export function formatBytes(byteLength: number): string {
  if (byteLength < 1000) return `${byteLength} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = byteLength / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `not_unattended` as `not unattended`. */
export function formatWords(name: string): string {
  return name.replaceAll("_", " ");
}
