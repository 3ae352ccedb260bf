import type { Cluster } from "./cluster/cluster.ts";

/** Applications that the nodes count calls for together, at most. */
const MOST_APPLICATIONS = 100_000;
/** Milliseconds of a window. */
const WINDOW = 1000;

/**
 * Limits the API calls of an application, a second at a time. Each node counts its own first, so that a flood on one asks the others no
 * more often than that; what a node lets through the nodes count together. While the others are out of reach its own count is all there
 * is.
 */
export class CallRate {
  readonly #applicationId: string;
  readonly #cluster: Pick<Cluster, "attempts">;
  /** Milliseconds that only grow. */
  readonly #now: () => number;
  #count = 0;
  #since = Number.NEGATIVE_INFINITY;

  constructor(applicationId: string, cluster: Pick<Cluster, "attempts">, now: () => number) {
    this.#applicationId = applicationId;
    this.#cluster = cluster;
    this.#now = now;
  }

  /** Whether one more call may be answered, of so many in a second; then it counts. Never rejects. */
  async admit(attempts: number): Promise<boolean> {
    const now = this.#now();
    if (now - this.#since >= WINDOW) {
      this.#since = now;
      this.#count = 0;
    }
    if (this.#count >= attempts) return false;
    this.#count++;
    const limit = { attempts, seconds: WINDOW / 1000, callers: MOST_APPLICATIONS, of: "calls" } as const;
    // Where the others do not answer, which the cluster reports, this node decides by its own count.
    const wait = await this.#cluster.attempts?.count(this.#applicationId, limit).catch(() => 0) ?? 0;
    return wait <= 0;
  }
}
