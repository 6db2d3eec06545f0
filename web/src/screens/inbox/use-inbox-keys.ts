import { useEffect } from "react";

/** Listens to single keys, except where the person writes, holds a modifier, or a dialog is open. */
export function useInboxKeys(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || event.defaultPrevented) return;
      if (document.querySelector("dialog[open]") !== null) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select") !== null) return;
      const act = actions[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}
