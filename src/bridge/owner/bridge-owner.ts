import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { EventCache, type EventCacheLimits } from "../../hub/channels/event-cache.ts";
import type { Asked, Handlers, Told } from "../calls.ts";
import type { BridgePlace } from "../bridge-place.ts";
import { MessageSocket } from "../message-socket.ts";
import { BRIDGE_VERSION, type Message } from "../wire.ts";
import { Counts } from "./counts.ts";
import { Holds } from "./holds.ts";
import { Listeners } from "./listeners.ts";
import { Marks } from "./marks.ts";
import { PassedEvents } from "./passed-events.ts";
import { Peer } from "./peer.ts";

/** Milliseconds between two beats. */
const BEAT = 1000;
/** Connections that have not shown the secret yet. */
const MOST_STRANGERS = 64;

/** What the owner is made with. */
export interface OwnerParts {
  /** Where its socket is to be. It removes the file when it stops. */
  readonly path: string;
  readonly cacheLimits: EventCacheLimits;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** A sentence for the operator. */
  readonly warn: (sentence: string) => void;
}

/**
 * The one process that knows what all nodes share: it passes events on, and decides who is present, which node reports a change, and
 * which connection is admitted. All that it does for a node it does at once and in order, so that every node sees one order.
 */
export class BridgeOwner {
  /** How nodes find it. */
  readonly place: BridgePlace;
  readonly #parts: OwnerParts;
  readonly #server: Server;
  readonly #strangers = new Set<MessageSocket>();
  /** By their process, in the order in which they came. */
  readonly #peers = new Map<string, Peer>();
  readonly #holds: Holds;
  readonly #counts: Counts;
  readonly #events: PassedEvents;
  readonly #listeners = new Listeners();
  readonly #marks: Marks;
  readonly #told: Omit<Handlers<Told, Peer>, "hello">;
  readonly #asked: Handlers<Asked, Peer>;
  readonly #beat: ReturnType<typeof setInterval>;

  private constructor(parts: OwnerParts) {
    this.#parts = parts;
    this.place = { path: parts.path, secret: randomBytes(32).toString("hex") };
    const { now } = parts, listeners = this.#listeners, marks = this.#marks = new Marks(now);
    const reporter = (): Peer | undefined => this.#reporter();
    const hasPlace = (): boolean => [...this.#peers.values()].some(({ isMoving }) => !isMoving);
    const holds = this.#holds = new Holds({ listeners, marks, now, hasPlace, reporter });
    const counts = this.#counts = new Counts({ listeners, peers: () => this.#peers.values(), now, reporter });
    const cache = new EventCache(parts.cacheLimits, () => now() / 1000);
    const events = this.#events = new PassedEvents(listeners, cache);
    this.#told = {
      ...events.told,
      ...counts.told,
      brought: (peer) => {
        peer.hasBrought = true;
        this.#welcomeNext();
      },
      moving: (peer) => void (peer.isMoving = true),
      bye: (peer) => this.#drop(peer, true),
      release: (peer, topic) => listeners.remove(topic, peer),
      terminate: (peer, ...user) => {
        for (const each of this.#peers.values()) if (each !== peer) each.tell("terminate", ...user);
      },
    };
    this.#asked = {
      ...holds.asked,
      ...counts.asked,
      listen: (peer, topic, isCached, brought, isReported) => {
        const added = holds.bring(peer, topic, brought, isReported);
        listeners.add(topic, peer);
        return { event: isCached ? cache.get(topic) ?? null : null, members: holds.members(topic), added };
      },
      cachedEvents: (_peer, topics) => topics.map((topic) => cache.get(topic) ?? null),
      barrier: () => null,
    };
    this.#beat = setInterval(() => this.#onBeat(), BEAT);
    this.#server = createServer((socket) => this.#connected(socket));
  }

  /** Listens for nodes. Rejects where the socket cannot be made. */
  static async open(parts: OwnerParts): Promise<BridgeOwner> {
    const owner = new BridgeOwner(parts), { promise, resolve, reject } = Promise.withResolvers<void>();
    owner.#server.once("error", reject).listen(parts.path, resolve);
    await promise;
    return owner;
  }

  /** How many nodes there are. */
  get nodes(): number {
    return this.#peers.size;
  }

  /** Ends the bridge: each node is alone from now on. */
  close(): void {
    clearInterval(this.#beat);
    this.#server.close();
    for (const peer of [...this.#peers.values()]) peer.cut("the owner stops");
    for (const stranger of this.#strangers) stranger.cut("the owner stops");
  }

  #connected(socket: Socket): void {
    if (this.#strangers.size >= MOST_STRANGERS) return void socket.destroy();
    let peer: Peer | undefined;
    const messages: MessageSocket = new MessageSocket(socket, {
      message: (message) => {
        if (peer === undefined) peer = this.#admit(message, messages);
        else if (this.#peers.get(peer.processId) === peer) this.#hear(peer, message);
      },
      closed: (reason) => {
        this.#strangers.delete(messages);
        if (peer !== undefined && this.#peers.get(peer.processId) === peer) this.#lost(peer, reason);
      },
    });
    this.#strangers.add(messages);
  }

  /** The first message of a connection, which has to be `hello`. */
  #admit([name, ...fields]: Message, socket: MessageSocket): Peer | undefined {
    const [version, secret, processId] = fields;
    if (name !== "hello" || !isSame(secret, this.place.secret)) {
      socket.cut("it does not know the secret");
      return undefined;
    }
    if (version !== BRIDGE_VERSION) {
      socket.send([
        "refused",
        `it speaks version ${version} of the bridge, and the processes that serve ${BRIDGE_VERSION}`,
      ]);
      void socket.end();
      return undefined;
    }
    this.#strangers.delete(socket);
    const peer = new Peer(String(processId), socket), former = this.#peers.get(peer.processId);
    // It has lost its connection, and is quicker than the news of that.
    if (former !== undefined) {
      this.#drop(former, false);
      former.cut("it has come back over another connection");
    }
    this.#peers.set(peer.processId, peer);
    this.#welcomeNext();
    return peer;
  }

  /** Every node is known to all others, with all that it has, before the next one joins. */
  #welcomeNext(): void {
    const peers = [...this.#peers.values()];
    if (peers.some(({ isWelcome, hasBrought }) => isWelcome && !hasBrought)) return;
    const next = peers.find(({ isWelcome }) => !isWelcome);
    if (next === undefined) return;
    next.isWelcome = true;
    next.tell("welcome");
    for (const peer of peers) peer.tell("nodes", peers.length);
    this.#marks.takeOver(undefined, next);
  }

  #hear(peer: Peer, [name, ...fields]: Message): void {
    const told: Handlers<object, Peer> = this.#told, asked: Handlers<object, Peer> = this.#asked;
    const handler = lookUp(told, name);
    if (handler !== undefined) return void handler(peer, ...fields);
    const answer = lookUp(asked, name);
    if (answer === undefined) throw new Error(`${name} is no message of the bridge`);
    peer.tell("answer", answer(peer, ...fields));
  }

  #lost(peer: Peer, reason: string): void {
    this.#drop(peer, false);
    this.#parts.warn(`Process ${peer.processId} is not on the bridge any more: ${reason}`);
  }

  #drop(peer: Peer, saidGoodbye: boolean): void {
    this.#peers.delete(peer.processId);
    this.#listeners.drop(peer);
    this.#holds.drop(peer, saidGoodbye);
    this.#counts.drop(peer);
    this.#marks.takeOver(peer, this.#reporter());
    this.#events.drop(peer);
    for (const each of this.#peers.values()) each.tell("nodes", this.#peers.size);
    this.#welcomeNext();
  }

  /** One that stays, if there is one. */
  #reporter(): Peer | undefined {
    const peers = [...this.#peers.values()].filter(({ isWelcome }) => isWelcome);
    return peers.find(({ isMoving }) => !isMoving) ?? peers[0];
  }

  #onBeat(): void {
    for (const peer of [...this.#peers.values()]) peer.beat();
    for (const stranger of [...this.#strangers]) stranger.beat();
    this.#holds.sweep();
    this.#counts.sweep();
    this.#marks.sweep();
    this.#events.cache.sweep();
  }
}

function lookUp(handlers: object, name: string): ((...fields: unknown[]) => unknown) | undefined {
  return Object.hasOwn(handlers, name)
    ? (handlers as Readonly<Record<string, (...fields: unknown[]) => unknown>>)[name]
    : undefined;
}

function isSame(given: unknown, secret: string): boolean {
  return typeof given === "string" && given.length === secret.length &&
    timingSafeEqual(Buffer.from(given), Buffer.from(secret));
}
