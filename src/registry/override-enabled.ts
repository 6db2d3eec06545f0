import type { Store } from "../store/index.ts";
import {
  appendEvent,
  clearNextFires,
  insertMissingHandStates,
  lockHandState,
  updateHandState,
} from "../store/index.ts";
import type { WakeExecution } from "./pause.ts";
import { releaseHeld } from "./pause.ts";

/** An operator's word against the manifest's. */
export interface EnabledOverride {
  readonly handName: string;
  readonly isEnabled: boolean;
  /** What the manifest says: an override that agrees with it is taken away. */
  readonly isEnabledInManifest: boolean;
  readonly by: string;
}

/**
 * Enables or disables a hand over its manifest, durably. False where it was so already. A disabled hand has no next fire; an enabled one counts
 * from now, and its held executions go on.
 */
export async function overrideEnabled(
  store: Store,
  { handName, isEnabled, isEnabledInManifest, by }: EnabledOverride,
  wake: WakeExecution,
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    await insertMissingHandStates(transaction, [handName]);
    const state = await lockHandState(transaction, handName);
    const wasEnabled = state?.enabled_override == null ? isEnabledInManifest : state.enabled_override === 1;
    if (wasEnabled === isEnabled) return false;
    const isOverride = isEnabled !== isEnabledInManifest;
    await updateHandState(transaction, handName, {
      enabled_override: isOverride ? Number(isEnabled) : null,
      enabled_override_by: isOverride ? by : null,
    });
    await clearNextFires(transaction, [handName]);
    if (isEnabled) await releaseHeld(transaction, handName, wake);
    await appendEvent(transaction, {
      type: isEnabled ? "hand.enabled" : "hand.disabled",
      handName,
      data: { by },
      isAudited: true,
    });
    transaction.notify({ kind: "hand", handName });
    return true;
  });
}
