import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

const readAddress = () => window.location.pathname + window.location.search;

/** Where the page is: path and search, kept up to date. */
export function useAddress(): { readonly path: string; readonly search: URLSearchParams } {
  const address = useSyncExternalStore(subscribe, readAddress);
  const url = new URL(address, window.location.origin);
  return { path: url.pathname, search: url.searchParams };
}

/** Goes to an address of this page. `replace` leaves no entry behind to come back to. */
export function navigate(address: string, options: { readonly replace?: boolean } = {}): void {
  if (address === readAddress()) return;
  const hasNewPath = address.split("?")[0] !== window.location.pathname;
  if (options.replace === true) window.history.replaceState(null, "", address);
  else window.history.pushState(null, "", address);
  for (const listener of listeners) listener();
  if (hasNewPath) window.scrollTo(0, 0);
}

/** The address here with some search parameters set, or removed where the value is empty. */
export function withSearch(changes: Readonly<Record<string, string | null>>): string {
  const url = new URL(window.location.href);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") url.searchParams.delete(key);
    else url.searchParams.set(key, value);
  }
  return url.pathname + url.search;
}
