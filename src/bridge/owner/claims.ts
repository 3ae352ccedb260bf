import type { ClaimBounds } from "../../hub/cluster/cluster-claims.ts";
import { ClaimTable } from "../../hub/idempotency/claim-table.ts";
import type { Asked, Handlers } from "../calls.ts";
import type { Peer } from "./peer.ts";

/** Idempotency keys over all nodes. */
export class Claims {
  readonly asked: Pick<Handlers<Asked, Peer>, "claim" | "settle">;
  /** By the application. */
  readonly #tables = new Map<string, { readonly table: ClaimTable; bounds: ClaimBounds }>();
  readonly #now: () => number;

  /** `now` gives milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
    this.asked = {
      claim: (_peer, claim, bounds) => this.#tableOf(claim.applicationId, bounds).claim(claim, bounds),
      settle: (_peer, claim, answer, bounds) => {
        this.#tableOf(claim.applicationId, bounds).settle(claim, answer, bounds, true);
        return null;
      },
    };
  }

  /** Forgets what is too old. */
  sweep(): void {
    for (const [applicationId, { table, bounds }] of this.#tables) {
      table.sweep(bounds);
      if (table.size === 0) this.#tables.delete(applicationId);
    }
  }

  #tableOf(applicationId: string, bounds: ClaimBounds): ClaimTable {
    const known = this.#tables.get(applicationId);
    if (known !== undefined) {
      known.bounds = bounds;
      return known.table;
    }
    const table = new ClaimTable(applicationId, this.#now);
    this.#tables.set(applicationId, { table, bounds });
    return table;
  }
}
