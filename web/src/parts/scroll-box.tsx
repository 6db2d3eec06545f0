import type { ComponentPropsWithoutRef } from "react";

/** What scrolls by itself: a keyboard can reach it. */
export function ScrollBox({ className = "", ...rest }: ComponentPropsWithoutRef<"div">) {
  const reachable = { tabIndex: 0 };
  return <div {...reachable} {...rest} className={`relative ${className}`} />;
}
