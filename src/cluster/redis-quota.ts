import type { ClusterQuota } from "../hub/cluster/cluster-quota.ts";
import type { CommandBatch } from "./command-batch.ts";
import type { RedisCensus } from "./redis-census.ts";

/** What the quota needs of the rest of the cluster. */
export interface RedisQuotaParts {
  readonly batch: Pick<CommandBatch, "add">;
  readonly census: Pick<RedisCensus, "admission" | "admitted">;
  /** Whether this node is enrolled. */
  readonly isEnrolled: () => boolean;
}

/** Asks Redis, which counts the connections of all nodes, whether there is room for one more. */
export class RedisQuota implements ClusterQuota {
  readonly #parts: RedisQuotaParts;
  /** How this node decides alone, for each connection that waits for Redis. */
  readonly #waiting = new Set<() => void>();

  constructor(parts: RedisQuotaParts) {
    this.#parts = parts;
  }

  admit(
    applicationId: string,
    connections: number,
    limit: number,
    decide: (admitted: boolean) => void,
  ): void {
    const { batch, census, isEnrolled } = this.#parts;
    const decideAlone = (): void => decide(connections <= limit);
    if (!isEnrolled()) return decideAlone();
    this.#waiting.add(decideAlone);
    batch.add(census.admission(applicationId, limit), (answer) => {
      if (!this.#waiting.delete(decideAlone)) return;
      if (answer instanceof Error) return decideAlone();
      if (answer === 1) census.admitted(applicationId);
      decide(answer === 1);
    });
  }

  /** No answer comes any more: this node decides about the connections that wait. */
  close(): void {
    for (const decideAlone of [...this.#waiting]) decideAlone();
    this.#waiting.clear();
  }
}
