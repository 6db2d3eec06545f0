import { useSyncExternalStore } from "react";
import type { LiveText } from "./live-text.ts";
import { growText } from "./live-text.ts";
import type { StreamMessages } from "./types.ts";

const none: readonly LiveText[] = [];
const texts = new Map<string, readonly LiveText[]>();
const listeners = new Set<() => void>();
let isTelling = false;

/** Replies of an execution that are under way, in the order of their steps. */
export function useLiveTexts(executionId: string): readonly LiveText[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => texts.get(executionId) ?? none,
  );
}

/** Takes what the stream tells of a reply. */
export function takeText(message: StreamMessages["text"]): void {
  const { executionId, stepIndex } = message;
  const before = texts.get(executionId) ?? none;
  const others = before.filter((text) => text.stepIndex !== stepIndex);
  const known = before.find((text) => text.stepIndex === stepIndex);
  const now = message.isOver
    ? others
    : [...others, growText(known, message)].toSorted((a, b) => a.stepIndex - b.stepIndex);
  if (now.length === 0) texts.delete(executionId);
  else texts.set(executionId, now);
  tellWithTheNextFrame();
}

/** The stream begins anew, and tells of every reply from its beginning. */
export function forgetTexts(): void {
  texts.clear();
  tellWithTheNextFrame();
}

function tellWithTheNextFrame(): void {
  if (isTelling || listeners.size === 0) return;
  isTelling = true;
  requestAnimationFrame(() => {
    isTelling = false;
    for (const listener of listeners) listener();
  });
}
