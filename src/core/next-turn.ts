/** Lets the event loop go round: others get their turn in the middle of work that takes long. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
