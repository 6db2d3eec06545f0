import { useMutation, useQueryClient } from "@tanstack/react-query";
import { change } from "./request.ts";
import type { Json } from "./types.ts";

interface ChangeRequest {
  readonly method: "POST" | "DELETE";
  readonly address: string;
  readonly body?: Json;
}

/** Changes something and has everything read again that may show it. */
export function useChange<Answer>(onDone?: (answer: Answer) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, address, body }: ChangeRequest) => change<Answer>(method, address, body ?? {}),
    onSuccess: (answer) => onDone?.(answer),
    onSettled: () => client.invalidateQueries(),
  });
}
