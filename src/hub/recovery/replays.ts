import type { RecoverableConnection, RecoveredChannel, RunningReplay } from "./recoverable-connection.ts";

/** Milliseconds after which a client that had too much waiting is looked at again, where the runtime does not say when it has read. */
const LOOK_AGAIN = 50;

/** What {@link Replays} needs. */
export interface ReplayTurns {
  readonly after: (milliseconds: number, then: () => void) => void;
  readonly nextTurn: (then: () => void) => void;
  /** So many events were sent again. */
  readonly sent: (events: number) => void;
}

/** Sends clients what they have missed, each its channels one after the other, in slices between which other clients have their turn. */
export class Replays {
  readonly #turns: ReplayTurns;

  constructor(turns: ReplayTurns) {
    this.#turns = turns;
  }

  /** Begins one, behind those of the client that have begun before. */
  start(client: RecoverableConnection, replay: RunningReplay): void {
    replay.channel.replaying++;
    const replays = client.returning.replays ??= [];
    replays.push(replay);
    if (replays.length === 1) this.#run(client);
  }

  /** The client has read what waited for it. */
  drained(client: RecoverableConnection): void {
    if (client.back?.replays !== undefined && !client.back.isReplayScheduled) this.#run(client);
  }

  /** Gives up the client's replay of a channel. False where there is none. */
  stop(client: RecoverableConnection, channel: RecoveredChannel): boolean {
    const replays = client.back?.replays;
    const index = replays?.findIndex((each) => each.channel === channel) ?? -1;
    if (replays === undefined || index === -1) return false;
    replays.splice(index, 1);
    channel.replaying--;
    if (replays.length === 0) client.returning.replays = undefined;
    return true;
  }

  /** Sends all that is left of a channel; its log ends, or all of recovery. */
  finish(client: RecoverableConnection, channel: RecoveredChannel): void {
    const replay = client.back?.replays?.find((each) => each.channel === channel);
    if (replay === undefined) return;
    while (replay.slice(Infinity, "dropped") !== "through");
    this.#turns.sent(replay.sent);
    this.stop(client, channel);
    replay.through();
  }

  #run(client: RecoverableConnection): void {
    for (let replay = client.back?.replays?.[0]; replay !== undefined; replay = client.back?.replays?.[0]) {
      const before = replay.sent, end = replay.slice();
      this.#turns.sent(replay.sent - before);
      if (end === "through") {
        this.stop(client, replay.channel);
        replay.through();
        // Many short ones are as long as a slice.
        if (replay.sent - before === 0 || client.back?.replays === undefined) continue;
      }
      client.returning.isReplayScheduled = end !== "waiting";
      const go = (): void => {
        client.returning.isReplayScheduled = false;
        this.#run(client);
      };
      if (end === "waiting") this.#turns.after(LOOK_AGAIN, () => this.drained(client));
      else this.#turns.nextTurn(go);
      return;
    }
  }
}
