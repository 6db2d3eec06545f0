import { queryOptions } from "@tanstack/react-query";
import { addressOf, read, rememberCsrfToken } from "./request.ts";
import type {
  ApprovalDetail,
  ApprovalPage,
  Calendar,
  ExecutionDetail,
  HandDetail,
  HandList,
  HandTrustAnswer,
  NodeList,
  Overview,
  RuleList,
  Session,
  Settings,
  TokenList,
} from "./types.ts";

/*
 * What the page reads, each under the key by which `live.ts` has it read again.
 */

const one = (...parts: readonly string[]) => `/api/${parts.map(encodeURIComponent).join("/")}`;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await read<Session>("/api/session", signal);
    rememberCsrfToken(session.csrfToken);
    return session;
  },
  refetchInterval: (query) => (query.state.status === "error" ? 3000 : false),
});

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => read<Overview>("/api/overview", signal),
});

/** What waits for a decision; the whole list, at most 200. */
export const pendingQuery = queryOptions({
  queryKey: ["approvals", "pending"],
  queryFn: ({ signal }) =>
    read<ApprovalPage>(addressOf("/api/approvals", { status: "pending", limit: 200 }), signal),
});

export const decidedQuery = queryOptions({
  queryKey: ["approvals", "decided"],
  queryFn: ({ signal }) =>
    read<ApprovalPage>(
      addressOf("/api/approvals", {
        status: ["approved", "rejected", "expired", "auto_approved", "cancelled"],
        limit: 20,
      }),
      signal,
    ),
});

export const approvalQuery = (id: string) =>
  queryOptions({
    queryKey: ["approval", id],
    queryFn: ({ signal }) => read<ApprovalDetail>(one("approvals", id), signal),
  });

export const handsQuery = queryOptions({
  queryKey: ["hands"],
  queryFn: ({ signal }) => read<HandList>("/api/hands", signal),
});

export const handQuery = (name: string) =>
  queryOptions({
    queryKey: ["hand", name],
    queryFn: ({ signal }) => read<HandDetail>(one("hands", name), signal),
  });

/** The key lies under the hand's own, so that what touches the hand has it read again. */
export const trustQuery = (name: string) =>
  queryOptions({
    queryKey: ["hand", name, "trust"],
    queryFn: ({ signal }) => read<HandTrustAnswer>(one("hands", name, "trust"), signal),
  });

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: ["execution", id],
    queryFn: ({ signal }) => read<ExecutionDetail>(one("executions", id), signal),
  });

export const calendarQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ["calendar", from, to],
    queryFn: ({ signal }) => read<Calendar>(addressOf("/api/schedule", { from, to }), signal),
  });

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => read<Settings>("/api/settings", signal),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => read<TokenList>("/api/tokens", signal),
});

export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: ({ signal }) => read<RuleList>("/api/rules", signal),
});

/** Processes say that they are there every five seconds, and no event tells of it. */
export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => read<NodeList>("/api/nodes", signal),
  refetchInterval: 5000,
});
