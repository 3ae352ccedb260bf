import type { ClusterQuota } from "../hub/cluster/cluster-quota.ts";
import type { RedisCommand } from "../redis/redis-link.ts";
import type { CommandBatch } from "./command-batch.ts";
import type { RedisCensus } from "./redis-census.ts";

/** What the quota needs of the rest of the cluster. */
export interface RedisQuotaParts {
  readonly batch: Pick<CommandBatch, "add">;
  readonly census: Pick<RedisCensus, "admission" | "admitted" | "writing">;
  /** Whether this node is enrolled. */
  readonly isEnrolled: () => boolean;
  /** Whether Redis lacks nodes for a moment, and `reunited` is about to be called. */
  readonly isReuniting: () => boolean;
  /** Whether Redis could not read the connections, which are deleted and written again. */
  readonly repairs: (error: Error, command: RedisCommand) => boolean;
}

/** Asks Redis, which counts the connections of all nodes, whether there is room for one more. */
export class RedisQuota implements ClusterQuota {
  readonly #parts: RedisQuotaParts;
  /** How this node decides alone, for each connection that waits for Redis. */
  readonly #waiting = new Set<() => void>();
  /** Questions that are asked when Redis knows all nodes again. */
  #postponed: (() => void)[] = [];

  constructor(parts: RedisQuotaParts) {
    this.#parts = parts;
  }

  admit(
    applicationId: string,
    connections: number,
    limit: number,
    decide: (admitted: boolean) => void,
  ): void {
    const { isEnrolled } = this.#parts;
    const decideAlone = (): void => decide(connections <= limit);
    if (!isEnrolled()) return decideAlone();
    this.#waiting.add(decideAlone);
    this.#ask(applicationId, limit, decide, decideAlone);
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    for (const ask of this.#postponed.splice(0)) ask();
  }

  /** No answer comes any more: this node decides about the connections that wait. */
  close(): void {
    this.#postponed = [];
    for (const decideAlone of [...this.#waiting]) decideAlone();
    this.#waiting.clear();
  }

  #ask(
    applicationId: string,
    limit: number,
    decide: (admitted: boolean) => void,
    decideAlone: () => void,
  ): void {
    const { batch, census, isReuniting, repairs } = this.#parts;
    const ask = (): void => this.#ask(applicationId, limit, decide, decideAlone);
    if (isReuniting()) return void this.#postponed.push(ask);
    const { writing } = census, command = census.admission(applicationId, limit);
    batch.add(command, (answer) => {
      if (!this.#waiting.has(decideAlone)) return;
      if (answer instanceof Error && repairs(answer, command)) return ask();
      // Redis has lost the connections of the other nodes. Those of this node, this one included, are written over.
      if (isReuniting() || writing !== census.writing) return ask();
      this.#waiting.delete(decideAlone);
      if (answer instanceof Error) return decideAlone();
      if (answer === 1) census.admitted(applicationId);
      decide(answer === 1);
    });
  }
}
