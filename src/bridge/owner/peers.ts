import type { Peer } from "./peer.ts";

/** The nodes on the bridge, in the order in which they came. */
export class Peers {
  readonly #peers = new Map<string, Peer>();

  get size(): number {
    return this.#peers.size;
  }

  /** All that are connected. A copy: one that is cut leaves at once. */
  all(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  /** The one of a process. */
  of(processId: string): Peer | undefined {
    return this.#peers.get(processId);
  }

  /** Whether a node has neither left nor come back over another connection. */
  has(peer: Peer): boolean {
    return this.#peers.get(peer.processId) === peer;
  }

  add(peer: Peer): void {
    this.#peers.set(peer.processId, peer);
  }

  remove(peer: Peer): void {
    this.#peers.delete(peer.processId);
  }

  /** Those that have joined and show that they are there. */
  present(): readonly Peer[] {
    return this.all().filter(({ isWelcome, isSilent }) => isWelcome && !isSilent);
  }

  /** As `present`, without one. */
  others(than: Peer): readonly Peer[] {
    return this.present().filter((peer) => peer !== than);
  }

  /** Whether there is one to which clients can move. */
  get havePlace(): boolean {
    return this.present().some(({ isMoving }) => !isMoving);
  }

  /** The one that reports for one that has gone. */
  reporter(): Peer | undefined {
    const present = this.present();
    return present.find(({ isMoving }) => !isMoving) ?? present[0];
  }
}
