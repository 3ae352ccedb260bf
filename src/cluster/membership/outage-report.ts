import type { ScalingConfig } from "../../config/config.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import type { RedisInfo } from "../../redis/redis-link.ts";
import { isTooOld, OLDEST_MAJOR } from "../../redis/server-info.ts";

/** Logs an outage for the operator, once each: that Redis is away and what that costs, and what it has cost when Redis is back. */
export class OutageReport {
  readonly #log: Log;
  readonly #counters: ClusterCounters;
  readonly #scaling: Pick<ScalingConfig, "queueMaxEvents" | "queueMaxSeconds">;
  /** Milliseconds that only grow. */
  readonly #now: () => number;
  #awaySince: number | undefined;
  #droppedBefore = 0;
  #refusal: string | undefined;

  constructor(
    log: Log,
    counters: ClusterCounters,
    scaling: Pick<ScalingConfig, "queueMaxEvents" | "queueMaxSeconds">,
    now: () => number,
  ) {
    this.#log = log;
    this.#counters = counters;
    this.#scaling = scaling;
    this.#now = now;
  }

  /** Redis is away; `reason` is the system's or Redis's. */
  away(reason: string): void {
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#now();
    this.#droppedBefore = this.#dropped();
    const { queueMaxEvents, queueMaxSeconds } = this.#scaling;
    this.#log.warning(
      "redis_away",
      `Redis is away (${reason}): clients of this node are served on, events for other nodes wait ` +
        `(at most ${queueMaxEvents}, ${queueMaxSeconds} s)`,
    );
  }

  /** Redis is there; `waiting` events are sent now. */
  connected(info: RedisInfo, node: string, waiting: number): void {
    const name = `${info.kind === "valkey" ? "Valkey" : "Redis"} ${info.version}` +
      (info.mode === "single" ? "" : ` (${info.mode})`);
    if (isTooOld(info)) {
      this.#log.warning(
        "redis_too_old",
        `${name} is older than Redis ${OLDEST_MAJOR}, the oldest that this server is made for: update it`,
      );
    }
    if (this.#awaySince === undefined) {
      this.#log.info("redis_connected", `Connected to ${name} as node ${node}`);
      return;
    }
    const seconds = Math.round((this.#now() - this.#awaySince) / 100) / 10;
    const lost = this.#dropped() - this.#droppedBefore;
    this.#awaySince = undefined;
    this.#log.info(
      "redis_back",
      // What the clients here have missed of other nodes is not known yet: those are asked next (`MissedEvents`).
      `${name} is back after ${seconds} s: ${lostOfNode(lost)}` +
        (waiting === 0 ? "" : `, ${waiting} that waited are sent now`) +
        "; a line events_missed follows if clients of this node have missed events of other nodes",
    );
  }

  /** Redis answers, but refuses to keep what the nodes share. */
  refused(reason: string): void {
    if (this.#refusal === reason) return;
    this.#refusal = reason;
    this.#log.warning(
      "redis_refuses",
      `Redis refuses to keep what the nodes share (${reason}): ` +
        "events still reach the other nodes, presence and counts are this node's own until it does",
    );
  }

  /** Redis takes all that the nodes share. */
  enrolled(): void {
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#log.info("redis_accepts", "Redis keeps what the nodes share again");
  }

  #dropped(): number {
    return Object.values(this.#counters.dropped).reduce((sum, count) => sum + count, 0);
  }
}

function lostOfNode(events: number): string {
  if (events === 0) return "no event of this node was dropped";
  return `${events === 1 ? "1 event was lost" : `${events} events were lost`} that this node was to send`;
}
