import { rename } from "node:fs/promises";
import { join } from "node:path";
import { readInstalledHands, writeInstalledHands } from "../manifest/index.ts";
import type { Store } from "../store/index.ts";
import { appendEvent } from "../store/index.ts";
import { findInstalled } from "./trust-hand.ts";

/** Removes a hand that came from elsewhere: its folder first, then its place in the list. Its history stays. Throws: `hand_not_found`. */
export async function uninstallHand(
  store: Store,
  places: { readonly handsDir: string; readonly workDir: string },
  name: string,
  by: string,
): Promise<void> {
  const { handsDir, workDir } = places;
  const { source } = await findInstalled(handsDir, name);
  await store.transaction((transaction) =>
    appendEvent(transaction, {
      type: "hand.uninstalled",
      handName: name,
      data: { by, source },
      isAudited: true,
    }),
  );
  await rename(join(handsDir, name), join(workDir, "removed")).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const others = (await readInstalledHands(handsDir)).filter(({ folder }) => folder !== name);
  await writeInstalledHands(handsDir, others, store.ids.next());
}
