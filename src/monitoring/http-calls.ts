import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** The route under which requests are counted that match no route. */
export const NO_ROUTE = "none";

/** The times of answers to HTTP requests, by route pattern and status. Both come from closed sets, so a caller cannot make up series. */
export class HttpCalls {
  readonly #byRoute = new Map<string, Map<number, Histogram>>();

  /** Counts one answer; `route` is a pattern such as `/apps/:id/events`. */
  observe(route: string, status: number, seconds: number): void {
    let byStatus = this.#byRoute.get(route);
    if (byStatus === undefined) this.#byRoute.set(route, byStatus = new Map());
    let histogram = byStatus.get(status);
    if (histogram === undefined) byStatus.set(status, histogram = new Histogram(LATENCY_BOUNDS));
    histogram.observe(seconds);
  }

  *[Symbol.iterator](): IterableIterator<
    { readonly route: string; readonly status: number; readonly histogram: Histogram }
  > {
    for (const [route, byStatus] of this.#byRoute) {
      for (const [status, histogram] of byStatus) yield { route, status, histogram };
    }
  }
}
