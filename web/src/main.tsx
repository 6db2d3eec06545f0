import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { ApiFailure } from "./api/failure.ts";
import { App } from "./app.tsx";
import "./styles.css";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The stream of events says when something is to be read again; nothing is read by the clock.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => error instanceof ApiFailure && error.status === 0 && count < 3,
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root.");
createRoot(root).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
