import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Clock } from "../../core/index.ts";

/** Upper bounds of the times that are counted, in seconds. */
export const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

/** What is counted of the requests to one route. */
export interface RouteFigures {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  count: number;
  sumSeconds: number;
  /** How many took at most each of {@link DURATION_BOUNDS}. */
  readonly buckets: number[];
}

/** Counts requests by route and status. Routes are those of the program, so there is a bound to them. */
export class Figures {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #byRoute = new Map<string, RouteFigures>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  get routes(): readonly RouteFigures[] {
    return [...this.#byRoute.values()];
  }

  /** Measures what comes after it. */
  readonly measure: MiddlewareHandler = async (request, next) => {
    const startedMs = this.#clock.monotonicMs();
    await next();
    const seconds = (this.#clock.monotonicMs() - startedMs) / 1000;
    const route = routePath(request, -1);
    this.#count(
      request.req.method,
      route === "" || route.includes("*") ? "other" : route,
      request.res.status,
      seconds,
    );
  };

  #count(method: string, route: string, status: number, seconds: number): void {
    const known = /^(GET|POST|DELETE|HEAD|PUT|PATCH|OPTIONS)$/.test(method) ? method : "other";
    const key = `${known} ${route} ${status}`;
    const figures = this.#byRoute.get(key) ?? {
      method: known,
      route,
      status,
      count: 0,
      sumSeconds: 0,
      buckets: DURATION_BOUNDS.map(() => 0),
    };
    figures.count += 1;
    figures.sumSeconds += seconds;
    for (const [index, bound] of DURATION_BOUNDS.entries()) {
      if (seconds <= bound) figures.buckets[index] = (figures.buckets[index] ?? 0) + 1;
    }
    this.#byRoute.set(key, figures);
  }
}
