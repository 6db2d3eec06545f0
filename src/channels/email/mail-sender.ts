import type { SendMailOptions } from "nodemailer";
import { abortable, createRedactor, describeError, HandsError, withDeadline } from "../../core/index.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import type { ChannelParts } from "../http/exchange.ts";

/** Where mail is handed in. */
export interface MailServer {
  /** `smtp://host:port`, upgraded by STARTTLS where the server can, or `smtps://host:port`. */
  readonly smtp: string;
  readonly user?: string | null;
  readonly password?: string | null;
}

export interface MailSender {
  /** Gives the addresses that the server did not take, where it took others. Throws: `delivery_failed`. */
  send(mail: SendMailOptions, signal: AbortSignal): Promise<readonly string[]>;
  /** Signs in and leaves again. Throws: `delivery_failed`. */
  verify(signal: AbortSignal): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "smtp:": 587, "smtps:": 465 };

/** Hands mail to a server. The library is loaded with the first one. A password never leaves without TLS, but on this machine. */
export function createMailSender(
  name: string,
  server: MailServer,
  parts: Pick<ChannelParts, "clock" | "timeoutMs">,
): MailSender {
  const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = parts;
  const { user = null, password = null } = server;
  const url = new URL(server.smtp);
  const redactor = createRedactor(password === null ? [] : [password]);

  async function open() {
    const { createTransport } = await import("nodemailer");
    return createTransport({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 587),
      secure: url.protocol === "smtps:",
      requireTLS: url.protocol === "smtp:" && password !== null && !isThisMachine(url.hostname),
      ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
      dnsTimeout: timeoutMs,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async function attempt<T>(act: (bounded: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await withDeadline({ clock, limitMs: timeoutMs, signal }, (bounded) =>
        abortable(act(bounded), bounded),
      );
    } catch (error) {
      throw fail(error, signal);
    }
  }

  function fail(error: unknown, signal: AbortSignal) {
    if (signal.aborted) {
      return createDeliveryFailure(`could not reach ${name}: the request was called off`, {
        isRetryable: true,
      });
    }
    const { code, responseCode, permanent } = readFault(error);
    if (error instanceof HandsError) {
      return createDeliveryFailure(`could not reach ${name}: ${error.message}`, { isRetryable: true });
    }
    const isFinal = permanent ?? (code === "EAUTH" || code === "ENOAUTH" || code === "ETLS");
    const said = redactor.text(describeError(error)).slice(0, 300);
    return createDeliveryFailure(`${name}: the mail server did not take it: ${said}`, {
      isRetryable: !isFinal,
      ...(responseCode === undefined ? {} : { status: responseCode }),
      hint: suggest(code),
    });
  }

  return {
    send: (mail, signal) =>
      attempt(async (bounded) => {
        const transport = await open();
        const { rejected = [] } = await transport.sendMail({ ...mail, signal: bounded });
        return rejected.map(String);
      }, signal),
    verify: (signal) =>
      attempt(async () => {
        const transport = await open();
        await transport.verify();
      }, signal),
  };
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
}

function readFault(error: unknown) {
  if (!(error instanceof Error)) return {};
  const fault = error as Error & { code?: unknown; responseCode?: unknown; permanent?: unknown };
  return {
    code: typeof fault.code === "string" ? fault.code : undefined,
    responseCode: typeof fault.responseCode === "number" ? fault.responseCode : undefined,
    permanent: typeof fault.permanent === "boolean" ? fault.permanent : undefined,
  };
}

function suggest(code: string | undefined): string | undefined {
  if (code === "EAUTH")
    return "Check user and password; many providers want a password made for one application.";
  if (code === "ETLS") return "The server offers no TLS here: use smtps:// or another port.";
  return code === "EENVELOPE" ? "Check the addresses of from and to." : undefined;
}
