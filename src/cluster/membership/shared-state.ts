import type { SharedReports } from "../departures/shared-reports.ts";
import type { RedisLog } from "../events/redis-log.ts";
import type { InterestTable } from "../events/interest-table.ts";
import type { RedisClaims } from "../redis-claims.ts";
import type { RedisCensus } from "../redis-census.ts";
import type { RedisQuota } from "../redis-quota.ts";

/** The parts of a node that keep something in Redis. */
export interface SharedStateParts {
  readonly census: RedisCensus;
  readonly quota: RedisQuota;
  readonly reports: SharedReports;
  readonly interests: InterestTable;
  readonly claims: Pick<RedisClaims, "lost">;
  readonly logs: Pick<RedisLog, "lost">;
}

/** What a node keeps in Redis: written at each entry, and not touched while the node is not enrolled. */
export class SharedState {
  readonly #parts: SharedStateParts;

  constructor(parts: SharedStateParts) {
    this.#parts = parts;
  }

  /** This node is enrolled; `former` are stays of it that have not been cleared up. `knowsAll`: Redis knows all nodes. */
  open(former: readonly string[], knowsAll: boolean): void {
    const { census, reports, interests, claims } = this.#parts;
    if (!knowsAll) claims.lost();
    census.open(former);
    reports.open(former, knowsAll);
    interests.enrol();
  }

  /** Redis has lost everything, and this node was enrolled all along. */
  writeAgain(): void {
    const { census, reports, interests, claims, logs } = this.#parts;
    claims.lost();
    logs.lost();
    census.open([]);
    reports.writeAgain();
    interests.enrol();
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    const { census, reports, interests, quota } = this.#parts;
    interests.askAgain();
    reports.reunited();
    census.reunited();
    quota.reunited();
  }

  /** This node is not enrolled: each part decides alone. */
  close(): void {
    const { census, reports, interests, quota } = this.#parts;
    census.close();
    reports.close();
    interests.unenrol();
    quota.close();
  }
}
