import type { FieldsOf, ToNode } from "../calls.ts";
import type { Peer } from "./peer.ts";

const NONE: ReadonlySet<Peer> = new Set();

/** Which nodes listen to which topics. */
export class Listeners {
  readonly #topics = new Map<string, Set<Peer>>();

  of(topic: string): ReadonlySet<Peer> {
    return this.#topics.get(topic) ?? NONE;
  }

  add(topic: string, peer: Peer): void {
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
    for (const topic of this.#topics.keys()) this.remove(topic, peer);
  }

  /** Tells all nodes that listen to a topic something. One that stands still hears of everything when it begins anew. */
  tell<Name extends keyof ToNode>(topic: string, name: Name, ...fields: FieldsOf<ToNode[Name]>): void {
    for (const peer of this.of(topic)) if (!peer.isSilent) peer.tell(name, ...fields);
  }
}
