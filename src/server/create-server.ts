import type { Server } from "node:http";
import { userInfo } from "node:os";
import type { Clock, Environment, Logger, Random } from "../core/index.ts";
import {
  createDeferred,
  HandsError,
  nodeHttp,
  RateLimiter,
  readEnvironment,
  sha256,
  silentLogger,
  systemClock,
  systemRandom,
} from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { hasAnyAccess, putServerUrl } from "../store/index.ts";
import type { Answering } from "./answering.ts";
import { createLoginCode } from "./auth/sessions.ts";
import { createLateAnswering } from "./late-answering.ts";
import { serveMcp } from "./mcp/serve-mcp.ts";
import { Figures } from "./metrics/request-figures.ts";
import type { ServerContext } from "./server-context.ts";
import { EventFeed } from "./stream/event-feed.ts";

/** What a server is made of. */
export interface ServerOptions {
  readonly runtime: Runtime;
  /** Default: `runtime.config.server`. 0 is any free port. */
  readonly port?: number;
  readonly host?: string;
  /**
   * Addresses that others reach it by, as in `https://hands.example.com`. Without one it answers to loopback names alone, and listens nowhere
   * else.
   */
  readonly publicUrls?: readonly string[];
  /** The built dashboard. Default: none. */
  readonly webDir?: string | null;
  /** Who a login link logs in. Default: the name of the process's user. */
  readonly operatorName?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: this process's. */
  readonly environment?: Environment;
  /** Default: silent. */
  readonly logger?: Logger;
}

/** The API and the dashboard of one process. */
export interface HandsServer extends AsyncDisposable {
  /** Answers without a socket, for tests and for those who have a server of their own. */
  request(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Listens; gives the address for people. Throws: `invalid_configuration` for an address that others reach while nothing says who may come; `store_failed`. */
  start(): Promise<{ readonly url: string; readonly host: string; readonly port: number }>;
  /** Tells those who follow, answers what has begun, for 5 s at most, and closes. Any number of calls. */
  stop(): Promise<void>;
  /** Speaks MCP over stdin and stdout until stdin ends or the signal aborts: looks and starts hands, never decides. */
  serveMcp(signal: AbortSignal): Promise<void>;
  /** A link that logs in once, within the hour. */
  createLoginLink(): Promise<string>;
  /** Can nobody log in yet? Then the first start prints a link. */
  isFirstStart(): Promise<boolean>;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const STOP_GRACE_MS = 5_000;

/** Builds the server over a runtime. Listens and follows nothing before `start`. */
export function createServer(options: ServerOptions): HandsServer {
  return new NodeServer(options);
}

class NodeServer implements HandsServer {
  readonly #options: ServerOptions;
  readonly #context: ServerContext;
  readonly #answering: Answering;
  #address: { readonly host: string; readonly port: number };
  #server: Server | undefined;
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(options: ServerOptions) {
    const { runtime, clock = systemClock, random = systemRandom, logger = silentLogger } = options;
    const { host, port } = runtime.config.server;
    this.#options = options;
    this.#address = { host: options.host ?? host, port: options.port ?? port };
    const urls = (options.publicUrls ?? []).map(parsePublicUrl);
    this.#context = {
      runtime,
      clock,
      logger,
      random,
      environment: options.environment ?? readEnvironment(),
      startedAt: clock.now(),
      hostNames: new Set([...LOOPBACK_NAMES, ...urls.map((url) => url.hostname)]),
      origins: new Set(urls.map((url) => url.origin)),
      isSecure: urls.length > 0 && urls.every((url) => url.protocol === "https:"),
      // Cookies know no ports: without a name of its own, each project would log the others out.
      cookieName: `hands_session_${sha256(runtime.config.db).slice(0, 8)}`,
      operatorName: options.operatorName ?? readUserName(),
      failedLogins: new RateLimiter(clock, { burst: 20, refillMs: 6_000 }),
      decisions: new RateLimiter(clock, { burst: 120, refillMs: 500 }),
      channelCalls: new RateLimiter(clock, { burst: 120, refillMs: 200 }),
      feed: new EventFeed({ store: runtime.store, texts: runtime.runner.texts, clock, logger }),
      figures: new Figures(clock),
      readAddress: () => this.#address,
      isStopping: () => this.#isStopping,
    };
    this.#answering = createLateAnswering(this.#context, options.webDir ?? null);
  }

  async request(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    await this.#context.feed.start();
    return await this.#answering.request(input instanceof URL ? input.href : input, init);
  }

  async start(): Promise<{ readonly url: string; readonly host: string; readonly port: number }> {
    const { host, port } = this.#address;
    if (!isLoopback(host)) await this.#assertMayBeReached(host);
    await this.#context.feed.start();
    const server = nodeHttp.createServer(
      {
        maxHeaderSize: 16_384,
        headersTimeout: 10_000,
        requestTimeout: 60_000,
        keepAliveTimeout: 5_000,
      },
      this.#answering.listener,
    );
    this.#server = server;
    const listening = createDeferred();
    server.once("error", listening.reject);
    server.listen(port, host.replace(/^\[|\]$/g, ""), () => listening.resolve());
    await listening.promise.catch((error: unknown) => {
      throw new HandsError("invalid_configuration", `cannot listen on ${host}:${port}: ${readCode(error)}`, {
        hint: "Another process may have the port. Choose one with --port; 0 is any free one.",
        cause: error,
      });
    });
    const bound = server.address();
    this.#address = { host, port: typeof bound === "object" && bound !== null ? bound.port : port };
    const url = this.#publicUrl();
    await this.#context.runtime.store.transaction((transaction) => putServerUrl(transaction, url));
    return { ...this.#address, url };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async createLoginLink(): Promise<string> {
    const { runtime, random } = this.#context;
    return `${this.#publicUrl()}/login?code=${await createLoginCode(runtime.store, random)}`;
  }

  async serveMcp(signal: AbortSignal): Promise<void> {
    await serveMcp(this.#context, signal);
  }

  async isFirstStart(): Promise<boolean> {
    const { store } = this.#context.runtime;
    return !(await hasAnyAccess(store, store.nowMs()));
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    await this.#context.feed.stop();
    const server = this.#server;
    if (server === undefined) return;
    const closed = createDeferred();
    server.close(() => closed.resolve());
    server.closeIdleConnections();
    const timer = this.#context.clock.setTimer(STOP_GRACE_MS, () => {
      server.closeAllConnections();
    });
    await closed.promise;
    timer.cancel();
  }

  /** How people reach it. */
  #publicUrl(): string {
    const [first] = this.#options.publicUrls ?? [];
    if (first !== undefined) return parsePublicUrl(first).origin;
    const { host, port } = this.#address;
    return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${port}`;
  }

  /** Throws: `invalid_configuration`. */
  async #assertMayBeReached(host: string): Promise<void> {
    const refuse = (what: string, hint: string) =>
      new HandsError("invalid_configuration", `${host} can be reached from other machines, and ${what}`, {
        hint,
      });
    if ((this.#options.publicUrls ?? []).length === 0) {
      throw refuse(
        "nothing says by which name",
        'Set public_url = "https://…" in [server] of hands.toml, behind a proxy that speaks TLS; or listen on 127.0.0.1.',
      );
    }
    if (await this.isFirstStart()) {
      throw refuse("nobody could log in", "Make a token first: `hands token create NAME --scope admin`.");
    }
  }
}

/** Throws: `invalid_configuration`. */
function parsePublicUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/") return url;
  throw new HandsError("invalid_configuration", `${JSON.stringify(text)} is no address of a server`, {
    hint: "Give it as https://hands.example.com, without a path.",
  });
}

/** A container may run under a number that no account has. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return "operator";
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function readCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
