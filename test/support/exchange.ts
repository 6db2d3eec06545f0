import { rename, rm } from "node:fs/promises";

/** Exchanges two things of one folder for one another, over and over, until it is stopped; then each is in its place again. */
export function exchangeAllTheTime(first: string, second: string): { stop(): Promise<void> } {
  let isOver = false;
  const exchanging = (async () => {
    while (!isOver) {
      await moveOnto(first, `${first}.kept`);
      await moveOnto(second, first);
      await moveOnto(first, second);
      await moveOnto(`${first}.kept`, first);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await exchanging;
    },
  };
}

/** A write may have made the one anew in the moment when neither was there. */
async function moveOnto(from: string, to: string): Promise<void> {
  for (;;) {
    try {
      return await rename(from, to);
    } catch {
      await rm(to, { recursive: true, force: true });
    }
  }
}
