import type { ReactNode } from "react";
import { useId } from "react";

interface PanelProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a screen. */
export function Panel({ title, aside, children, className = "" }: PanelProps) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className={`panel min-w-0 overflow-hidden ${className}`}>
      <header className="flex min-h-10 items-center gap-3 border-b border-line px-4 py-1.5">
        <h2 id={titleId} className="legend grow">
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

interface PageProps {
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: its heading, what can be done, what it shows. */
export function Page({ title, lead, actions, children }: PageProps) {
  return (
    <div className="mx-auto w-full max-w-[1440px] px-4 pt-4 pb-8 lg:px-8 lg:pt-6">
      <header className="mb-4 flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 grow">
          <h1 className="text-title font-semibold tracking-tight [overflow-wrap:anywhere]">{title}</h1>
          {lead === undefined ? null : <div className="mt-0.5 text-ink-2">{lead}</div>}
        </div>
        {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Facts as pairs of a name and a value. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>;
}

export function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="flex gap-4 px-4 py-2">
      <dt className="w-28 shrink-0 text-ink-3">{name}</dt>
      <dd className="min-w-0 grow [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
