import type { ReactNode } from "react";

/** A titled part of the card. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3 className="legend mb-2">{title}</h3>
      {children}
    </section>
  );
}
