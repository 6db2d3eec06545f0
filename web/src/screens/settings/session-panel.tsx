import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../../api/queries.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../parts/button.tsx";
import { Instant } from "../../parts/instant.tsx";
import { FailureNote } from "../../parts/notes.tsx";
import { Fact, Facts, Panel } from "../../parts/panel.tsx";

/** Who this page is, and the way out. */
export function SessionPanel() {
  const { data } = useQuery(sessionQuery);
  const logout = useChange<{ hasChanged: boolean }>();
  if (data === undefined) return null;
  return (
    <Panel title="Session">
      <Facts>
        <Fact name="You are">{data.name}</Fact>
        <Fact name="You may">{data.scopes.join(", ")}</Fact>
        <Fact name="Ends">{data.expiresAt === null ? "never" : <Instant at={data.expiresAt} />}</Fact>
      </Facts>
      <div className="border-t border-line px-4 py-3">
        <Button
          isBusy={logout.isPending}
          onClick={() => logout.mutate({ method: "POST", address: "/api/logout" })}
        >
          Log out
        </Button>
        {logout.error === null ? null : <FailureNote error={logout.error} />}
      </div>
    </Panel>
  );
}
