import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { sessionQuery } from "../api/queries.ts";
import { change } from "../api/request.ts";
import type { Session } from "../api/types.ts";
import { Button } from "../parts/button.tsx";
import { Mark } from "../parts/icons.tsx";
import { Commands, FailureNote } from "../parts/notes.tsx";

/** How to get in. As soon as this browser has a session the dashboard opens. */
export function LoginScreen() {
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const login = useMutation({
    mutationFn: () => change<Session>("POST", "/api/login", { token: token.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== "") login.mutate();
  };
  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <div className="w-full max-w-md">
        <Mark className="mb-4 h-10 w-10 text-accent" />
        <h1 className="text-title font-semibold">You are not logged in</h1>
        <p className="mt-2 text-lead text-ink-2">
          <Commands text="Open the link that `hands up` printed; it works once. `hands token login` prints a new one." />
        </p>
        <form onSubmit={submit} className="mt-6">
          <label className="block">
            <span className="mb-1 block font-medium">Or log in with a token</span>
            <span className="flex gap-2">
              <input
                type="password"
                autoComplete="off"
                value={token}
                onChange={(event) => setToken(event.target.value)}
                className="field"
              />
              <Button type="submit" look="primary" isBusy={login.isPending} disabled={token.trim() === ""}>
                Log in
              </Button>
            </span>
          </label>
          <p className="mt-1 text-small text-ink-2">
            <Commands text="`hands token create` makes one." />
          </p>
        </form>
        {login.error === null ? null : (
          <div className="mt-4">
            <FailureNote error={login.error} />
          </div>
        )}
      </div>
    </main>
  );
}
