import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tokensQuery } from "../../api/queries.ts";
import type { NewToken, Scope } from "../../api/types.ts";
import { useChange } from "../../api/use-change.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { readNow } from "../../parts/clock.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Empty, FailureNote, SkeletonRows } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

const DAY_MS = 86_400_000;

const scopes: readonly (readonly [Scope, string])[] = [
  ["read", "see everything"],
  ["trigger", "start, cancel, pause"],
  ["decide", "approve and reject"],
  ["admin", "tokens, enable and disable"],
];

/** What programs log in with. */
export function Tokens({ isAdmin }: { readonly isAdmin: boolean }) {
  const { data, error, isPending } = useQuery({ ...tokensQuery, enabled: isAdmin });
  const [isOpen, setIsOpen] = useState(false);
  const revoke = useChange<{ hasChanged: boolean }>(() => announce("The token is revoked"));
  if (!isAdmin) {
    return (
      <Panel title="Tokens">
        <Empty
          title="Your session may not see tokens."
          next="It needs the scope admin: `hands token login` prints a link that has it."
        />
      </Panel>
    );
  }
  return (
    <Panel
      title="Tokens"
      aside={
        <Button look="bare" onClick={() => setIsOpen(true)}>
          New token…
        </Button>
      }
    >
      {error === null ? null : <FailureNote error={error} />}
      {revoke.error === null ? null : <FailureNote error={revoke.error} />}
      {isPending ? <SkeletonRows count={3} label="Loading tokens" /> : null}
      {data?.items.length === 0 ? (
        <Empty
          title="There are no tokens."
          next="`hands token create NAME` makes one, and so does the button above."
        />
      ) : null}
      {data === undefined || data.items.length === 0 ? null : (
        <ScrollBox className="overflow-x-auto">
          <table className="table">
            <thead>
              <tr>
                {["Name", "May", "Made", "Last used", "Ends", ""].map((title) => (
                  <th key={title} scope="col">
                    {title === "" ? <span className="sr-only">Revoke</span> : title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.items.map((token) => (
                <tr key={token.id}>
                  <td className="font-medium">
                    <SeenText text={token.name} />
                  </td>
                  <td>{token.scopes.join(", ")}</td>
                  <td className="text-ink-2">
                    <Instant at={token.createdAt} /> by {token.createdBy}
                  </td>
                  <td className="text-ink-2">
                    {token.lastUsedAt === null ? "never" : <Instant at={token.lastUsedAt} />}
                  </td>
                  <td className="text-ink-2">
                    {token.expiresAt === null ? "never" : <Instant at={token.expiresAt} />}
                  </td>
                  <td className="text-right">
                    {token.revokedAt === null ? (
                      <Button
                        onClick={() =>
                          revoke.mutate({
                            method: "DELETE",
                            address: `/api/tokens/${encodeURIComponent(token.id)}`,
                          })
                        }
                        isBusy={revoke.isPending}
                        aria-label={`Revoke ${token.name}`}
                      >
                        Revoke
                      </Button>
                    ) : (
                      <span className="text-bad">
                        revoked <Instant at={token.revokedAt} />
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {isOpen ? <NewTokenDialog onClose={() => setIsOpen(false)} /> : null}
    </Panel>
  );
}

function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Scope[]>(["read"]);
  const [days, setDays] = useState(90);
  const create = useChange<NewToken>();
  const send = () =>
    create.mutate({
      method: "POST",
      address: "/api/tokens",
      body: {
        name: name.trim(),
        scopes: chosen,
        expiresAt: days === 0 ? null : new Date(readNow() + days * DAY_MS).toISOString(),
      },
    });
  if (create.data !== undefined) {
    return (
      <Dialog
        title="The token"
        onClose={onClose}
        footer={
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        }
      >
        <p>This is the only time it is shown. Only its hash is stored.</p>
        <p className="rounded-md border border-line bg-sunken px-3 py-2 font-mono text-small break-all select-all">
          {create.data.secret}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="New token"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            isBusy={create.isPending}
            disabled={name.trim() === "" || chosen.length === 0}
            onClick={send}
          >
            Make it
          </Button>
        </>
      }
    >
      <label className="block">
        <span className="mb-1 block font-medium">Name</span>
        <input
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
          className="field"
        />
      </label>
      <fieldset>
        <legend className="mb-1 font-medium">It may</legend>
        {scopes.map(([scope, what]) => (
          <label key={scope} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
              }
            />
            {scope} <span className="text-ink-2">{what}</span>
          </label>
        ))}
      </fieldset>
      <label className="block">
        <span className="mb-1 block font-medium">It ends</span>
        <select value={days} onChange={(event) => setDays(Number(event.target.value))} className="field">
          <option value={7}>in 7 days</option>
          <option value={90}>in 90 days</option>
          <option value={365}>in a year</option>
          <option value={0}>never</option>
        </select>
      </label>
      {create.error === null ? null : <FailureNote error={create.error} />}
    </Dialog>
  );
}
