import { useSyncExternalStore } from "react";

let message = "";
let timer: number | undefined;
const listeners = new Set<() => void>();

/** Says something to a screen reader, and shows it for some seconds at the edge of the page. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    message = "";
    for (const listener of listeners) listener();
  }, 6000);
}

export function Announcer() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => message,
  );
  return (
    <div
      aria-live="polite"
      aria-atomic="true"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-40 flex justify-center px-4 lg:bottom-6"
    >
      {text === "" ? null : <p className="rounded-md bg-ink px-3 py-2 text-canvas shadow-lg">{text}</p>}
    </div>
  );
}
