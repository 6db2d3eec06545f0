import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { toFailure } from "./api/failure.ts";
import { followEvents } from "./api/live.ts";
import { sessionQuery } from "./api/queries.ts";
import { useAddress } from "./navigation/location.ts";
import { Announcer } from "./parts/announcer.tsx";
import { Empty, FailureNote, Skeleton } from "./parts/notes.tsx";
import { Page } from "./parts/panel.tsx";
import { ScreenBoundary } from "./parts/screen-boundary.tsx";
import { TipLayer } from "./parts/tip.tsx";
import { LoginScreen } from "./screens/login-screen.tsx";
import { OverviewScreen } from "./screens/overview/overview-screen.tsx";
import { Shell } from "./shell/shell.tsx";

const InboxScreen = lazy(() => import("./screens/inbox/inbox-screen.tsx"));
const ExecutionScreen = lazy(() => import("./screens/execution/execution-screen.tsx"));
const ExecutionsScreen = lazy(() => import("./screens/executions/executions-screen.tsx"));
const HandsScreen = lazy(() => import("./screens/hands/hands-screen.tsx"));
const HandScreen = lazy(() => import("./screens/hand/hand-screen.tsx"));
const CalendarScreen = lazy(() => import("./screens/calendar/calendar-screen.tsx"));
const SettingsScreen = lazy(() => import("./screens/settings/settings-screen.tsx"));

/** Who the caller is, then the screen of the address. */
export function App() {
  const session = useQuery(sessionQuery);
  if (session.isError && toFailure(session.error).status === 401) return <LoginScreen />;
  // Once it is known who asks, a server that does not answer is told beside what was read, not in its place.
  if (session.isError && session.data === undefined) {
    return (
      <main className="mx-auto max-w-xl p-6">
        <FailureNote error={session.error} />
      </main>
    );
  }
  return <Dashboard isReady={session.data !== undefined} />;
}

/** The frame stands at once; its screen comes when it is known who asks. */
function Dashboard({ isReady }: { readonly isReady: boolean }) {
  const client = useQueryClient();
  const { path } = useAddress();
  useEffect(() => (isReady ? followEvents(client) : undefined), [client, isReady]);
  return (
    <>
      <Shell isReady={isReady}>
        <ScreenBoundary key={path}>
          <Suspense fallback={<ScreenSkeleton />}>
            {isReady ? <Screen path={path} /> : <ScreenSkeleton />}
          </Suspense>
        </ScreenBoundary>
      </Shell>
      <TipLayer />
      <Announcer />
    </>
  );
}

function ScreenSkeleton() {
  return (
    <div
      className="mx-auto w-full max-w-[1440px] px-4 pt-5 lg:px-8 lg:pt-7"
      role="status"
      aria-label="Loading"
    >
      <Skeleton className="mb-6 h-6 w-48" />
      <Skeleton className="h-28 w-full opacity-50" />
    </div>
  );
}

function Screen({ path }: { readonly path: string }) {
  const [first = "", second] = path.split("/").filter(Boolean).map(decodeSegment);
  switch (first) {
    case "":
      return <OverviewScreen />;
    case "inbox":
      return <InboxScreen approvalId={second ?? null} />;
    case "executions":
      return second === undefined ? (
        <ExecutionsScreen />
      ) : (
        <ExecutionScreen key={second} executionId={second} />
      );
    case "hands":
      return second === undefined ? <HandsScreen /> : <HandScreen key={second} name={second} />;
    case "calendar":
      return <CalendarScreen />;
    case "settings":
      return <SettingsScreen />;
    default:
      return (
        <Page title="Not found">
          <Empty title={`There is nothing at ${path}.`} next="The screens are in the navigation." />
        </Page>
      );
  }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
