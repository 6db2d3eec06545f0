/** A scale of numbers from 0. */
export interface Axis {
  /** The value at the top. */
  readonly top: number;
  /** Round values from 0 on, at most `most` and 0. */
  readonly ticks: readonly number[];
}

/** A scale that holds all values up to the greatest, with lines at round ones: 1, 2 or 5 times a power of ten. */
export function createAxis(greatest: number, most: number): Axis {
  if (greatest <= 0) return { top: 1, ticks: [0] };
  const top = greatest * 1.1;
  const power = 10 ** Math.floor(Math.log10(top / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => top / each < most + 1) ?? top;
  const count = Math.floor(top / step);
  return { top, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}
