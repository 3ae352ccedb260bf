import type { EventCache } from "../../hub/channels/event-cache.ts";
import type { CrossingEvent, Handlers, Told } from "../calls.ts";
import type { Listeners } from "./listeners.ts";
import type { Peer } from "./peer.ts";

/** Processes of which it is remembered what they have sent: more than there are at one time, so that only ended ones are forgotten. */
const MOST_PROCESSES = 1024;

/** Events of one turn of a node that others have not confirmed yet. */
interface Passed {
  readonly from: Peer;
  readonly turn: number;
  /** Nodes that have not confirmed them. */
  readonly waitsFor: Set<Peer>;
}

/** Passes events on to the nodes that listen, in the order in which each node has sent them, and confirms them once all have them. */
export class PassedEvents {
  readonly told: Pick<Handlers<Told, Peer>, "events" | "delivered" | "keep">;
  /** The last event of each topic, where it is kept. */
  readonly cache: EventCache;
  readonly #listeners: Listeners;
  /** By their token. */
  readonly #passed = new Map<number, Passed>();
  /** Process -> its last turn that has come here: it sends again what was not confirmed when its connection was lost. */
  readonly #turns = new Map<string, number>();
  #tokens = 0;

  constructor(listeners: Listeners, cache: EventCache) {
    this.#listeners = listeners;
    this.cache = cache;
    this.told = {
      events: (peer, turn, events) => this.#pass(peer, turn, events),
      delivered: (peer, token) => this.#delivered(peer, token),
      keep: (_peer, ...event) => cache.put(...event),
    };
  }

  /** A node has gone or is silent: no other waits for it any more. */
  drop(peer: Peer): void {
    for (const token of this.#passed.keys()) this.#delivered(peer, token);
  }

  #pass(from: Peer, turn: number, events: readonly CrossingEvent[]): void {
    if (this.#isRepeated(from, turn)) return from.tell("confirmed", turn);
    const byPeer = new Map<Peer, CrossingEvent[]>(), unheard: string[] = [];
    for (const event of events) {
      const [topic, frame, except, kept] = event, peers = this.#listeners.of(topic);
      if (kept !== "") this.cache.put(topic, frame);
      else if (peers.size === 0 || peers.size === 1 && peers.has(from)) unheard.push(topic);
      for (const peer of peers) {
        if (peer === from && kept === "") continue;
        const own: CrossingEvent = peer === from ? [topic, frame, except, "own"] : event;
        const list = byPeer.get(peer);
        if (list === undefined) byPeer.set(peer, [own]);
        else list.push(own);
      }
    }
    if (unheard.length > 0) {
      for (const topic of unheard) from.unheard.add(topic);
      from.tell("unheard", unheard);
    }
    const token = ++this.#tokens, waitsFor = new Set<Peer>();
    for (const [peer, list] of byPeer) {
      if (peer !== from && !peer.isSilent) waitsFor.add(peer);
      peer.tell("events", peer === from ? null : token, list);
    }
    if (waitsFor.size === 0) from.tell("confirmed", turn);
    else this.#passed.set(token, { from, turn, waitsFor });
  }

  #delivered(peer: Peer, token: number): void {
    const passed = this.#passed.get(token);
    if (passed?.waitsFor.delete(peer) !== true || passed.waitsFor.size > 0) return;
    this.#passed.delete(token);
    passed.from.tell("confirmed", passed.turn);
  }

  #isRepeated({ processId }: Peer, turn: number): boolean {
    const last = this.#turns.get(processId);
    if (last !== undefined && turn <= last) return true;
    if (last === undefined && this.#turns.size === MOST_PROCESSES) {
      for (const oldest of this.#turns.keys()) {
        this.#turns.delete(oldest);
        break;
      }
    }
    this.#turns.set(processId, turn);
    return false;
  }
}
