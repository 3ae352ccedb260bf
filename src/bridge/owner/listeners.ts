import type { FieldsOf, ToNode } from "../calls.ts";
import type { Peer } from "./peer.ts";

const NONE: ReadonlySet<Peer> = new Set();

/** Which nodes listen to which topics. */
export class Listeners {
  readonly #topics = new Map<string, Set<Peer>>();
  /** What nodes have brought that are bringing all that they listen to. */
  readonly #fresh = new Map<Peer, Set<string>>();

  of(topic: string): ReadonlySet<Peer> {
    return this.#topics.get(topic) ?? NONE;
  }

  /** A node brings all topics to which it listens, until `brought`. Until then it also gets what comes for the others. */
  begin(peer: Peer): void {
    this.#fresh.set(peer, new Set());
  }

  /** A node has brought all topics to which it listens. */
  brought(peer: Peer): void {
    const fresh = this.#fresh.get(peer);
    for (const topic of this.#topics.keys()) if (fresh?.has(topic) === false) this.remove(topic, peer);
    this.#fresh.delete(peer);
  }

  add(topic: string, peer: Peer): void {
    this.#fresh.get(peer)?.add(topic);
    const peers = this.#topics.get(topic);
    if (peers === undefined) this.#topics.set(topic, new Set([peer]));
    else peers.add(peer);
  }

  remove(topic: string, peer: Peer): void {
    const peers = this.#topics.get(topic);
    if (peers?.delete(peer) === true && peers.size === 0) this.#topics.delete(topic);
  }

  /** A node has gone. */
  drop(peer: Peer): void {
    this.#fresh.delete(peer);
    for (const topic of this.#topics.keys()) this.remove(topic, peer);
  }

  /** Tells all nodes that listen to a topic something. One that stands still hears of everything when it begins anew. */
  tell<Name extends keyof ToNode>(topic: string, name: Name, ...fields: FieldsOf<ToNode[Name]>): void {
    for (const peer of this.of(topic)) if (!peer.isSilent) peer.tell(name, ...fields);
  }
}
