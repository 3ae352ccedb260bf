import type { Message } from "../wire.ts";
import type { Listeners } from "./listeners.ts";
import type { Peer } from "./peer.ts";
import type { Peers } from "./peers.ts";

/** Messages that never wait: others may wait for them. */
const OUT_OF_TURN: ReadonlySet<string> = new Set(["sends", "delivered"]);

/**
 * A node need not send the events of topics to which no other node listens (`Peer.unheard`). Before one does, all have to send them
 * again: a node that listens is answered only then, and all that it says meanwhile waits too.
 */
export class UnheardTopics {
  readonly #listeners: Listeners;
  readonly #peers: Peers;
  readonly #handle: (peer: Peer, message: Message) => void;

  /** `handle` does what a message asks for. */
  constructor(listeners: Listeners, peers: Peers, handle: (peer: Peer, message: Message) => void) {
    this.#listeners = listeners;
    this.#peers = peers;
    this.#handle = handle;
  }

  /** A node has sent a message. */
  take(peer: Peer, message: Message): void {
    if (OUT_OF_TURN.has(message[0]) || peer.waitsFor.size === 0 && !this.#hasToWait(peer, message)) {
      this.#handle(peer, message);
    } else {
      peer.queue.push(message);
    }
  }

  /** A node sends the events of these topics. */
  sends(peer: Peer, topics: readonly string[]): void {
    for (const topic of topics) {
      peer.unheard.delete(topic);
      this.goOn(peer, topic);
    }
  }

  /** A node sends its events, of a topic or of all, or has gone: no other waits for that any more. */
  goOn(sender: Peer, topic?: string): void {
    for (const peer of this.#peers.all()) {
      const awaited = peer.waitsFor.get(sender);
      if (awaited === undefined || topic !== undefined && topic !== awaited) continue;
      peer.waitsFor.delete(sender);
      if (peer.waitsFor.size > 0) continue;
      const [first, ...rest] = peer.queue.splice(0);
      if (first !== undefined) this.#handle(peer, first);
      for (const message of rest) this.take(peer, message);
    }
  }

  #hasToWait(peer: Peer, [name, field]: Message): boolean {
    if (name !== "listen") return false;
    const topic = String(field);
    for (const each of this.#peers.others(peer)) {
      if (!each.unheard.has(topic)) continue;
      each.tell("heard", topic);
      peer.waitsFor.set(each, topic);
    }
    // From now on, so that no other is told in the meantime that it need not send.
    if (peer.waitsFor.size > 0) this.#listeners.add(topic, peer);
    return peer.waitsFor.size > 0;
  }
}
