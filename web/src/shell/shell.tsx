import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useEffect, useRef } from "react";
import { pendingQuery } from "../api/queries.ts";
import { zoneName } from "../format/instants.ts";
import { formatPlural } from "../format/numbers.ts";
import { addresses } from "../navigation/addresses.ts";
import { Link } from "../navigation/link.tsx";
import { useAddress } from "../navigation/location.ts";
import { announce } from "../parts/announcer.tsx";
import type { IconName } from "../parts/icons.tsx";
import { Icon, Mark } from "../parts/icons.tsx";
import { Connection } from "./connection.tsx";

interface Destination {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
}

const destinations: readonly Destination[] = [
  { href: addresses.overview, name: "Overview", icon: "overview" },
  { href: addresses.inbox, name: "Inbox", icon: "inbox" },
  { href: addresses.executions, name: "Executions", icon: "executions" },
  { href: addresses.hands, name: "Hands", icon: "hands" },
  { href: addresses.calendar, name: "Calendar", icon: "calendar" },
  { href: addresses.settings, name: "Settings", icon: "settings" },
];

interface ShellProps {
  readonly isReady: boolean;
  readonly children: ReactNode;
}

/** The frame around every screen: where to go, what waits, and whether the page is live. */
export function Shell({ isReady, children }: ShellProps) {
  const { path } = useAddress();
  const pending = useQuery({ ...pendingQuery, enabled: isReady });
  const waiting = pending.data?.pendingCount ?? 0;
  const here = destinations.find((each) => isHere(each.href, path));
  useTitle(here?.name ?? "Hands", waiting);
  useNewApprovals(pending.data?.items);

  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-2"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-2.5 border-b border-line bg-canvas px-4 lg:hidden">
        <Mark className="h-5 w-5 text-accent" />
        <span className="grow font-semibold tracking-tight">Hands</span>
        <Connection />
      </header>
      <nav
        aria-label="Screens"
        className="border-line bg-canvas max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-30 max-lg:border-t max-lg:pb-[env(safe-area-inset-bottom)] lg:sticky lg:top-0 lg:flex lg:h-dvh lg:flex-col lg:border-r"
      >
        <Link
          href={addresses.overview}
          className="flex items-center gap-2.5 px-5 pt-6 pb-5 text-lead font-semibold tracking-tight max-lg:hidden"
        >
          <Mark className="text-accent" />
          Hands
        </Link>
        <ul className="max-lg:grid max-lg:grid-cols-6 lg:space-y-0.5 lg:px-3">
          {destinations.map((each) => (
            <li key={each.href}>
              <NavLink
                destination={each}
                isCurrent={isHere(each.href, path)}
                count={each.href === addresses.inbox ? waiting : 0}
              />
            </li>
          ))}
        </ul>
        <div className="mt-auto space-y-2 px-5 py-4 text-small max-lg:hidden">
          <Connection />
          <p className="flex items-center gap-2 text-ink-3" data-tip="The zone in which times are named here">
            <Icon name="globe" />
            {zoneName}
          </p>
        </div>
      </nav>
      <main id="main" tabIndex={-1} className="min-w-0 outline-none max-lg:pb-16">
        {children}
      </main>
    </div>
  );
}

interface NavLinkProps {
  readonly destination: Destination;
  readonly isCurrent: boolean;
  readonly count: number;
}

function NavLink({ destination, isCurrent, count }: NavLinkProps) {
  return (
    <Link
      href={destination.href}
      aria-current={isCurrent ? "page" : undefined}
      className={`relative flex items-center rounded-md max-lg:h-14 max-lg:flex-col max-lg:justify-center max-lg:gap-0.5 max-lg:text-micro lg:gap-2.5 lg:px-2 lg:py-1.5 ${
        isCurrent
          ? "font-semibold text-accent lg:bg-accent-soft"
          : "text-ink-2 hover:bg-sunken hover:text-ink"
      }`}
    >
      <Icon name={destination.icon} className="max-lg:h-5 max-lg:w-5" />
      <span className="lg:grow">{destination.name}</span>
      {count === 0 ? null : (
        <span className="rounded-full bg-wait px-1.5 text-micro font-semibold text-surface max-lg:absolute max-lg:top-1.5 max-lg:left-1/2 max-lg:ml-1.5">
          {count}
          <span className="sr-only"> waiting for you</span>
        </span>
      )}
    </Link>
  );
}

const isHere = (href: string, path: string) =>
  href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);

/** The badge in the title. */
function useTitle(name: string, waiting: number): void {
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}${name} · Hands`;
  }, [name, waiting]);
}

interface Waiting {
  readonly id: string;
  readonly handName: string;
  readonly description: string;
  readonly action: string;
}

/** Tells of approvals that were not there before, on whatever screen one is. */
function useNewApprovals(items: readonly Waiting[] | undefined): void {
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  useEffect(() => {
    if (items === undefined) return;
    const before = known.current;
    known.current = new Set(items.map((item) => item.id));
    if (before === undefined) return;
    const fresh = items.filter((item) => !before.has(item.id));
    const [first] = fresh;
    if (first === undefined) return;
    announce(
      fresh.length === 1
        ? `${first.handName} asks: ${first.description || first.action}`
        : `${formatPlural(fresh.length, "new request")} in the inbox`,
    );
  }, [items]);
}
