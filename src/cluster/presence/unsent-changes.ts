import type { Hold } from "../../hub/channels/presence.ts";
import type { CommandBatch, Later } from "../command-batch.ts";

interface Change {
  readonly kind: "join" | "leave";
  readonly hold: Hold;
  readonly later: Later;
}

/**
 * Joins and leaves of one topic of which Redis is to hear at the end of the turn. One that is undone within the turn is withdrawn. Where
 * a user has several that stand, they are sent in their order, and none of them can be withdrawn on its own.
 */
export class UnsentChanges {
  readonly #batch: Pick<CommandBatch, "later">;
  /** By user. */
  readonly #changes = new Map<string, Change[]>();

  constructor(batch: Pick<CommandBatch, "later">) {
    this.#batch = batch;
  }

  /** `send` is called at the end of the turn, unless the change is withdrawn. */
  join(hold: Hold, send: () => void): void {
    this.#add("join", hold, send);
  }

  /** As `join`. */
  leave(hold: Hold, send: () => void): void {
    this.#add("leave", hold, send);
  }

  /** The hold of a user that has joined in this turn, where that is the only change of the user. */
  joinOf(userId: string): Hold | undefined {
    return this.#onlyOne(userId, "join");
  }

  /** The hold of a user that has left in this turn, where that is the only change of the user. */
  leaveOf(userId: string): Hold | undefined {
    return this.#onlyOne(userId, "leave");
  }

  /** The changes of a user have come to nothing. */
  withdraw(userId: string): void {
    for (const { later } of this.#changes.get(userId) ?? []) later.withdraw();
    this.#changes.delete(userId);
  }

  /** Withdraws everything. */
  clear(): void {
    for (const userId of [...this.#changes.keys()]) this.withdraw(userId);
  }

  #onlyOne(userId: string, kind: Change["kind"]): Hold | undefined {
    const changes = this.#changes.get(userId), change = changes?.length === 1 ? changes[0] : undefined;
    return change?.kind === kind ? change.hold : undefined;
  }

  #add(kind: Change["kind"], hold: Hold, send: () => void): void {
    const { userId } = hold.data;
    const later = this.#batch.later(() => {
      // All of them are sent at the end of the turn.
      this.#changes.delete(userId);
      send();
    });
    const changes = this.#changes.get(userId);
    if (changes === undefined) this.#changes.set(userId, [{ kind, hold, later }]);
    else changes.push({ kind, hold, later });
  }
}
