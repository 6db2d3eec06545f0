import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sessionQuery, trustQuery } from "../../api/queries.ts";
import type { HandChanged, HandTrust } from "../../api/types.ts";
import { useChange } from "../../api/use-change.ts";
import { formatPlural } from "../../format/numbers.ts";
import { announce } from "../../parts/announcer.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icons.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Commands, FailureNote } from "../../parts/notes.tsx";
import { SeenText } from "../../parts/seen-text.tsx";

/** Says of a hand from elsewhere that nothing of it runs, and lets a person look and decide. */
export function Trust({ name }: { readonly name: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const { data, error } = useQuery(trustQuery(name));
  const session = useQuery(sessionQuery);
  const mayTrust = session.data?.scopes.includes("admin") ?? false;
  if (error !== null) return <FailureNote error={error} />;
  const trust = data?.trust ?? null;
  if (trust === null) return null;
  return (
    <section
      aria-label="Not trusted"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-wait bg-wait-soft px-4 py-3"
    >
      <Icon name="hand" className="text-wait" />
      <p className="min-w-0 grow basis-64">
        <span className="font-medium text-wait">
          {trust.differences === null ? "Installed, and not trusted yet." : "Changed since it was trusted."}
        </span>{" "}
        It came from <SeenText text={trust.source} /> and nothing of it runs.
      </p>
      <Button look="primary" onClick={() => setIsOpen(true)}>
        {mayTrust ? "Look and decide…" : "Look at it…"}
      </Button>
      {isOpen ? (
        <TrustDialog name={name} trust={trust} mayTrust={mayTrust} onClose={() => setIsOpen(false)} />
      ) : null}
    </section>
  );
}

interface TrustDialogProps {
  readonly name: string;
  readonly trust: HandTrust;
  readonly mayTrust: boolean;
  readonly onClose: () => void;
}

/** What it would do, where it came from and what differs; trusting is bound to the files that are shown. */
function TrustDialog({ name, trust, mayTrust, onClose }: TrustDialogProps) {
  // What is decided about is what was shown when the dialog opened, whatever is read meanwhile.
  const [shown] = useState(trust);
  const change = useChange<HandChanged>(() => {
    announce(`${name} is trusted`);
    onClose();
  });
  return (
    <Dialog
      title={`Trust ${name}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            isBusy={change.isPending}
            disabled={shown.explanation === null || !mayTrust}
            onClick={() =>
              change.mutate({
                method: "POST",
                address: `/api/hands/${encodeURIComponent(name)}/trust`,
                body: { hash: shown.hash },
              })
            }
          >
            Trust it as it is
          </Button>
        </>
      }
    >
      <p>
        From <SeenText text={shown.source} />
        {shown.commit === null ? "" : `, commit ${shown.commit.slice(0, 12)}`}, installed by{" "}
        <SeenText text={shown.installedBy} /> <Instant at={shown.installedAt} />. Read its files before you
        trust it: code that you trust is not held by gates.
      </p>
      {shown.explanation === null ? (
        <p className="text-bad">Its manifest is broken, so it could not run anyway.</p>
      ) : (
        shown.explanation.map(({ title, sentences }) => (
          <section key={title}>
            <h3 className="font-medium">{title}</h3>
            <ul className="mt-1 list-disc space-y-1 pl-5 text-ink-2">
              {sentences.map((sentence) => (
                <li key={sentence} className="[overflow-wrap:anywhere]">
                  <Commands text={sentence} />
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
      <Files trust={shown} />
      {mayTrust ? null : <p className="text-ink-2">To trust it needs the scope admin.</p>}
      {change.error === null ? null : <FailureNote error={change.error} />}
    </Dialog>
  );
}

function Files({ trust: { files, differences } }: { readonly trust: HandTrust }) {
  const groups: readonly (readonly [string, readonly string[]])[] =
    differences === null
      ? [[formatPlural(files.length, "file"), files]]
      : [
          ["Added since", differences.added],
          ["Changed since", differences.changed],
          ["Removed since", differences.removed],
        ];
  return groups.map(([title, paths]) =>
    paths.length === 0 ? null : (
      <section key={title}>
        <h3 className="font-medium">{title}</h3>
        <ul className="mt-1 font-mono text-small text-ink-2">
          {paths.map((path) => (
            <li key={path} className="[overflow-wrap:anywhere]">
              <SeenText text={path} />
            </li>
          ))}
        </ul>
      </section>
    ),
  );
}
