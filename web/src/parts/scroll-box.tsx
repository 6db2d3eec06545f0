import type { ComponentPropsWithoutRef } from "react";

/** What scrolls by itself: a keyboard can reach it. */
export function ScrollBox(props: ComponentPropsWithoutRef<"div">) {
  const reachable = { tabIndex: 0 };
  return <div {...reachable} {...props} />;
}
