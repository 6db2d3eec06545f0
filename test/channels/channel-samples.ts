import type {
  OutgoingNotice,
  OutgoingOutput,
  RequestItem,
  RequestMessage,
} from "../../src/channels/index.ts";
import type { LogFields, Logger } from "../../src/core/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";

export const never = new AbortController().signal;

/** The world around a channel in a test: real time and sockets. */
export const parts = {
  clock: systemClock,
  logger: silentLogger,
  send: (url: string, init: RequestInit) => fetch(url, init),
  findExecutionUrl: (id: string) => `https://hands.example.com/executions/${id}`,
};

export function createOutput(destination: string, payload = "Some **words**"): OutgoingOutput {
  return {
    deliveryId: "01m83hxq0000000012345678",
    handName: "oracle",
    executionId: "01execution",
    format: "markdown",
    payload,
    destination,
    completedAt: Date.UTC(2026, 0, 5, 7),
  };
}

export const notice: OutgoingNotice = {
  deliveryId: "01notice",
  kind: "alert",
  title: "oracle began to fail",
  text: "Twice in a row:\n<timeout> & more",
  url: "https://hands.example.com/hands/oracle",
  createdAt: Date.UTC(2026, 0, 5, 7),
};

export const APPROVE_TOKEN = "AAAAAAAAAAAAAAAAAAAAAA";
export const REJECT_TOKEN = "RRRRRRRRRRRRRRRRRRRRRR";

export const item: RequestItem = {
  approvalId: "01approval",
  action: "send_payment",
  description: "Pay <Acme> & co",
  effect: "destructive",
  argumentsText: '{\n  "amount": 100\n}',
  expiresAt: Date.UTC(2026, 0, 6, 7),
  autoApproveAt: null,
  buttons: [
    { decision: "approve", label: "Approve", token: APPROVE_TOKEN, url: "https://hands.example.com/a" },
    { decision: "reject", label: "Reject", token: REJECT_TOKEN, url: "https://hands.example.com/r" },
  ],
  outcome: null,
};

export const request: RequestMessage = {
  messageId: "01message",
  handName: "oracle",
  executionId: "01execution",
  pageUrl: "https://hands.example.com/executions/01execution",
  items: [item],
  createdAt: Date.UTC(2026, 0, 5, 7),
};

/** The same request once somebody decided. */
export const decided: RequestMessage = {
  ...request,
  items: [
    {
      ...item,
      buttons: [],
      outcome: { status: "approved", text: "Approved by ann through telegram at 07:01 UTC." },
    },
  ],
};

/** A logger that remembers what it was told. */
export function createRecordingLogger(): Logger & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const add = (message: string, fields?: LogFields) => {
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  return { ...silentLogger, warn: add, error: add, lines };
}
