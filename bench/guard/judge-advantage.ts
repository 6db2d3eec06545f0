/** A ratio may get worse by so much before it is a failure. */
const WORST_CHANGE = 1.3;

/** Holds an advantage (how many times better ours is, by processor time) against the one that was committed. */
export function judgeAdvantage(
  advantage: number,
  before: number,
): { readonly isWell: boolean; readonly text: string } {
  const change = before / advantage;
  return {
    isWell: change <= WORST_CHANGE,
    text: `${describe(advantage)}, committed ${describe(before)}: ${change <= 1 ? "no worse" : `${Math.round((change - 1) * 100)} % worse`}`,
  };
}

function describe(advantage: number): string {
  return advantage >= 1 ? `${advantage.toFixed(2)}× faster` : `${(1 / advantage).toFixed(2)}× slower`;
}
