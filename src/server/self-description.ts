import { hostname } from "node:os";
import process from "node:process";
import type { NodeDescription } from "../cluster/membership/node-description.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import type { HubRegistry } from "../hub/hub-registry.ts";
import { type ActivityTotals, activityTotals } from "../monitoring/activity-totals.ts";

/** What this server can say of itself. */
export interface SelfParts {
  /** As configured: an address, or `unix:` and a path. */
  readonly host: string;
  /** The port it got. */
  readonly port: () => number;
  readonly hubs: HubRegistry;
  readonly version: string;
  /** Which of its parent's workers this server is. */
  readonly worker: number | undefined;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly isDraining: () => boolean;
}

/** How this server describes itself to the other nodes of its cluster and to the dashboard. */
export class SelfDescription {
  readonly #parts: SelfParts;
  readonly #host = hostname();
  /** Milliseconds since 1970. */
  readonly since: number;
  /** As it was at the start: a parent that is killed leaves another number. */
  readonly #parent = process.ppid;

  constructor(parts: SelfParts) {
    this.#parts = parts;
    this.since = Math.round(parts.wallClock() - process.uptime() * 1000);
  }

  get id(): string {
    return `${this.#host}-${process.pid}`;
  }

  readonly isDraining = (): boolean => this.#parts.isDraining();

  readonly address = (): string => {
    const { host, port } = this.#parts;
    return unixPath(host) === undefined ? `${host}:${port()}` : host;
  };

  readonly describe = (): NodeDescription => ({
    host: this.#host,
    pid: process.pid,
    address: this.address(),
    isDraining: this.isDraining(),
    connections: this.#connections(),
    activity: this.#activity(),
    at: this.#parts.wallClock(),
    version: this.#parts.version,
    startedAt: this.since,
    worker: this.#parts.worker,
    parent: this.#parts.worker === undefined ? undefined : this.#parent,
  });

  /** Those without connections are left out, which others read as 0: of very many applications most have none. */
  #connections(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { application: { id }, connections: { size } } of this.#parts.hubs) {
      if (size > 0) counts[id] = size;
    }
    return counts;
  }

  #activity(): Readonly<Record<string, ActivityTotals>> {
    const activity: Record<string, ActivityTotals> = {};
    for (const { application: { id, counters }, monitor } of this.#parts.hubs) {
      const totals = activityTotals(counters, monitor.counters);
      if (totals.received + totals.sent + totals.events + totals.refused > 0) activity[id] = totals;
    }
    return activity;
  }
}
