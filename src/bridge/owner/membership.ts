import { EventCache, type EventCacheLimits } from "../../hub/channels/event-cache.ts";
import type { Asked, Handlers, Told } from "../calls.ts";
import type { Message } from "../wire.ts";
import { Claims } from "./claims.ts";
import { Counts } from "./counts.ts";
import { Holds } from "./holds.ts";
import { Listeners } from "./listeners.ts";
import { Marks } from "./marks.ts";
import { PassedEvents } from "./passed-events.ts";
import type { Peer } from "./peer.ts";
import { Peers } from "./peers.ts";
import { UnheardTopics } from "./unheard-topics.ts";

/** What the membership is made with. */
export interface MembershipParts {
  readonly cacheLimits: EventCacheLimits;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Milliseconds between two beats, in which patience is counted: 1000. */
  readonly beat: number;
  /** Whether a node that is the only one is to decide alone, as cheaply as a server without a bridge, until another one joins. */
  readonly sparesOne: boolean;
  /** A sentence for the operator. */
  readonly warn: (sentence: string) => void;
}

/**
 * The nodes on the bridge, and what each of their messages does. All that is done for a node is done at once and in order, so that every
 * node sees one order.
 */
export class Membership {
  readonly #parts: MembershipParts;
  readonly #peers = new Peers();
  readonly #holds: Holds;
  readonly #counts: Counts;
  readonly #claims: Claims;
  readonly #events: PassedEvents;
  readonly #listeners = new Listeners();
  readonly #marks: Marks;
  readonly #unheard: UnheardTopics;
  readonly #told: Omit<Handlers<Told, Peer>, "hello">;
  readonly #asked: Handlers<Asked, Peer>;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    const { now } = parts, peers = this.#peers, listeners = this.#listeners;
    const marks = this.#marks = new Marks(now);
    const holds = this.#holds = new Holds({ listeners, marks, peers });
    const counts = this.#counts = new Counts({ listeners, peers, now });
    const claims = this.#claims = new Claims(now);
    const cache = new EventCache(parts.cacheLimits, () => now() / 1000);
    const events = this.#events = new PassedEvents(listeners, cache);
    this.#unheard = new UnheardTopics(listeners, peers, (peer, message) => this.#handle(peer, message));
    this.#told = {
      ...events.told,
      ...counts.told,
      anew: (peer) => {
        listeners.begin(peer);
        counts.drop(peer);
        holds.begin(peer);
        peer.isSilent = peer.isAlone = peer.hasBrought = false;
        this.#bringTogether(this.#peers.others(peer));
        this.#tellNodes();
      },
      brought: (peer) => {
        peer.hasBrought = true;
        listeners.brought(peer);
        holds.brought(peer);
        this.#welcomeNext();
      },
      describe: (peer, description) => {
        peer.description = description;
        for (const each of this.#peers.others(peer)) each.tell("described", peer.processId, description);
      },
      moving: (peer, isMoving) => void (peer.isMoving = isMoving),
      bye: (peer) => this.#drop(peer, true),
      release: (peer, topic) => listeners.remove(topic, peer),
      sends: (peer, topics) => this.#unheard.sends(peer, topics),
      terminate: (peer, ...user) => {
        for (const each of this.#peers.others(peer)) each.tell("terminate", ...user);
      },
      unsubscribe: (peer, ...user) => {
        for (const each of this.#peers.others(peer)) each.tell("unsubscribe", ...user);
      },
      close: (peer, ...connection) => {
        for (const each of this.#peers.others(peer)) each.tell("close", ...connection);
      },
    };
    this.#asked = {
      ...holds.asked,
      ...counts.asked,
      ...claims.asked,
      listen: (peer, topic, isCached, brought, isReported) => {
        const added = holds.bring(peer, topic, brought, isReported);
        listeners.add(topic, peer);
        return { event: isCached ? cache.get(topic) ?? null : null, members: holds.members(topic), added };
      },
      cachedEvents: (_peer, topics) => topics.map((topic) => cache.get(topic) ?? null),
      barrier: () => null,
    };
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#peers.size;
  }

  /** A process has shown that it may join. */
  join(peer: Peer): void {
    const former = this.#peers.of(peer.processId);
    // It has lost its connection, and is quicker than the news of that.
    if (former !== undefined) {
      this.#drop(former, false);
      former.cut("it has come back over another connection");
    }
    this.#peers.add(peer);
    this.#welcomeNext();
  }

  /** A node has sent a message. Throws where there is no such message. */
  hear(peer: Peer, message: Message): void {
    if (this.#peers.has(peer)) this.#unheard.take(peer, message);
  }

  #handle(peer: Peer, [name, ...fields]: Message): void {
    const told: Handlers<object, Peer> = this.#told, asked: Handlers<object, Peer> = this.#asked;
    const handler = lookUp(told, name);
    if (handler !== undefined) return void handler(peer, ...fields);
    const answer = lookUp(asked, name);
    if (answer === undefined) throw new Error(`${name} is no message of the bridge`);
    peer.tell("answer", answer(peer, ...fields));
  }

  /** Called every beat. */
  beat(): void {
    for (const peer of this.#peers.all()) peer.beat();
    this.#holds.beat();
    this.#counts.sweep();
    this.#claims.sweep();
    this.#marks.sweep();
    this.#events.cache.sweep();
    if (this.#parts.sparesOne) this.#spareOne();
  }

  /** A node is not connected any more. */
  lost(peer: Peer, reason: string): void {
    if (!this.#peers.has(peer)) return;
    this.#drop(peer, false);
    this.#parts.warn(`Process ${peer.processId} is not on the bridge any more: ${reason}`);
  }

  /** It counts as dead, but keeps its connection: if it stands still and goes on later, it gets what was published meanwhile. */
  silent(peer: Peer): void {
    if (!this.#peers.has(peer)) return;
    peer.isSilent = true;
    this.#forget(peer, false);
    this.#tellNodes();
    this.#welcomeNext();
    this.#parts.warn(`Process ${peer.processId} shows no sign of life`);
  }

  /** All connections end. */
  close(): void {
    for (const peer of this.#peers.all()) peer.cut("the owner stops");
  }

  /** Every node is known to all others, with all that it has, before the next one joins. */
  #welcomeNext(): void {
    if (this.#peers.present().some(({ hasBrought }) => !hasBrought)) return;
    const next = this.#peers.all().find(({ isWelcome }) => !isWelcome);
    if (next === undefined || this.#bringTogether(this.#peers.present())) return;
    next.isAlone = next.hasBrought = this.#parts.sparesOne && this.#peers.present().length === 0;
    next.isWelcome = true;
    next.tell("welcome", this.#parts.beat, next.isAlone);
    this.#tellNodes();
    for (const { processId, description } of this.#peers.others(next)) {
      if (description !== undefined) next.tell("described", processId, description);
    }
    this.#marks.takeOver(undefined, next);
  }

  /** None of these nodes is alone any more. Whether one has to bring what it has. */
  #bringTogether(peers: readonly Peer[]): boolean {
    for (const peer of peers) {
      if (!peer.isAlone) continue;
      peer.isAlone = peer.hasBrought = false;
      peer.tell("together");
    }
    return peers.some(({ hasBrought }) => !hasBrought);
  }

  /** What is left of the others has come to its end, so the one that is left needs no owner. */
  #spareOne(): void {
    const [peer] = this.#peers.all();
    if (this.#peers.size !== 1 || peer?.hasBrought !== true || peer.isAlone || this.#holds.areEnding) return;
    const { cache } = this.#events;
    for (const event of cache.entries()) {
      peer.tell("keep", ...event);
      cache.drop(event[0]);
    }
    peer.isAlone = true;
    peer.tell("alone");
    this.#listeners.drop(peer);
    this.#counts.drop(peer);
    this.#holds.clear();
    this.#marks.clear();
  }

  #drop(peer: Peer, saidGoodbye: boolean): void {
    this.#peers.remove(peer);
    this.#listeners.drop(peer);
    this.#forget(peer, saidGoodbye);
    this.#tellNodes();
    this.#welcomeNext();
  }

  /** What a node has does not count any more. */
  #forget(peer: Peer, saidGoodbye: boolean): void {
    this.#holds.drop(peer, saidGoodbye);
    this.#counts.drop(peer);
    this.#marks.takeOver(peer, this.#peers.reporter());
    this.#events.drop(peer);
    this.#unheard.goOn(peer);
  }

  #tellNodes(): void {
    const present = this.#peers.present(), processIds = present.map(({ processId }) => processId);
    for (const peer of present) peer.tell("nodes", processIds);
  }
}

function lookUp(handlers: object, name: string): ((...fields: unknown[]) => unknown) | undefined {
  return Object.hasOwn(handlers, name)
    ? (handlers as Readonly<Record<string, (...fields: unknown[]) => unknown>>)[name]
    : undefined;
}
