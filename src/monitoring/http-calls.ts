import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** The route of a call that matches none. */
export const NO_ROUTE = "none";

/** How long HTTP calls took to answer, by route pattern and status: both come from closed sets, never from what was asked for. */
export class HttpCalls {
  readonly #byRoute = new Map<string, Map<number, Histogram>>();

  /** Notes one answered call; `route` is a pattern such as `/apps/:id/events`. */
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
