import type { ClusterEvents } from "../../hub/cluster/cluster-events.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { CrossingEvent, Kept } from "../calls.ts";
import type { OwnerLink } from "./owner-link.ts";

/** What is kept to be sent again, in events and in characters of their frames, and for how many milliseconds. */
const MOST_EVENTS = 10_000, MOST_CHARACTERS = 10_000_000, LONGEST = 30_000;

/** Topics at most that are known to be listened to by no other node. */
const MOST_UNHEARD = 10_000;

/** Events that have crossed as one message. */
interface Turn {
  readonly events: CrossingEvent[];
  readonly at: number;
  characters: number;
  /** Calls that are answered once all nodes have the events. */
  waiting: PromiseWithResolvers<void> | undefined;
}

/** What publishing needs of the rest of the node. */
export interface BridgeEventsParts {
  readonly counters: ClusterCounters;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** An event is published that is kept. */
  readonly keeps: (topic: string) => void;
}

/**
 * Publishes this node's events: those of one turn of the event loop, as long as nothing else is said between them, are one message with
 * a number. What the owner has not confirmed when the link is lost is sent again over the next one; the owner knows it by its number.
 */
export class BridgeEvents implements ClusterEvents {
  readonly #parts: BridgeEventsParts;
  #link: OwnerLink | undefined;
  /** By their number, what is not confirmed. */
  readonly #turns = new Map<number, Turn>();
  /** Topics to which no other node listens. */
  readonly #unheard = new Set<string>();
  /** Whether the owner can be waited for. */
  #isAnswered = false;
  #last = 0;
  #events = 0;
  #characters = 0;

  constructor(parts: BridgeEventsParts) {
    this.#parts = parts;
  }

  /** How many events are not confirmed. */
  get unconfirmed(): number {
    return this.#events;
  }

  publish(topic: string, frame: string, exceptSocketId: string | undefined): void {
    if (!this.#unheard.has(topic)) this.#add(topic, frame, exceptSocketId, "");
  }

  publishCached(topic: string, frame: string, exceptSocketId: string | undefined): void {
    this.#parts.keeps(topic);
    this.#add(topic, frame, exceptSocketId, "kept");
  }

  confirmed(): Promise<void> | undefined {
    const turn = this.#isAnswered ? this.#turns.get(this.#last) : undefined;
    return turn && (turn.waiting ??= Promise.withResolvers()).promise;
  }

  /** The link is there, perhaps still: sends what was not confirmed, and all that comes from now on. */
  open(link: OwnerLink): void {
    this.#isAnswered = true;
    if (this.#link === link) return;
    this.#link = link;
    const oldest = this.#parts.now() - LONGEST;
    for (const [number, turn] of this.#turns) {
      if (turn.at >= oldest) link.tell("events", number, turn.events);
      else {
        this.#parts.counters.dropped.expired += turn.events.length;
        this.settle(number);
      }
    }
  }

  /** The link is lost. Events are kept. */
  close(): void {
    this.#link = undefined;
  }

  /** The other nodes cannot be waited for: calls are answered. To what they listen is not known any more. */
  release(): void {
    this.#isAnswered = false;
    this.#unheard.clear();
    for (const { waiting } of this.#turns.values()) waiting?.resolve();
  }

  /** No other node listens to these topics. */
  unheard(topics: readonly string[]): void {
    if (this.#unheard.size >= MOST_UNHEARD) {
      this.#link?.tell("sends", [...this.#unheard]);
      this.#unheard.clear();
    }
    for (const topic of topics) this.#unheard.add(topic);
  }

  /** Another node is about to listen to a topic. */
  heard(topic: string): void {
    this.#unheard.delete(topic);
    this.#link?.tell("sends", [topic]);
  }

  /** All nodes have the events of that number. */
  settle(number: number): void {
    const turn = this.#turns.get(number);
    if (turn === undefined) return;
    this.#turns.delete(number);
    this.#events -= turn.events.length;
    this.#characters -= turn.characters;
    turn.waiting?.resolve();
  }

  #add(topic: string, frame: string, except: string | undefined, kept: Kept): void {
    const event: CrossingEvent = [topic, frame, except ?? null, kept], { counters } = this.#parts;
    let turn = this.#turns.get(this.#last);
    if (turn === undefined || this.#link?.isLast(turn.events) !== true) {
      turn = { events: [], at: this.#parts.now(), characters: 0, waiting: undefined };
      this.#turns.set(++this.#last, turn);
      this.#link?.tell("events", this.#last, turn.events);
    }
    turn.events.push(event);
    turn.characters += frame.length;
    this.#events++;
    this.#characters += frame.length;
    counters.published++;
    counters.publishedBytes += frame.length;
    if (this.#events > MOST_EVENTS || this.#characters > MOST_CHARACTERS) this.#forgetOldest();
  }

  /** Keeps the oldest events no longer, nor waits for them. They are lost where they have not been sent. */
  #forgetOldest(): void {
    for (const [number, turn] of this.#turns) {
      if (number === this.#last || this.#events <= MOST_EVENTS && this.#characters <= MOST_CHARACTERS) return;
      if (this.#link === undefined) this.#parts.counters.dropped.queue_full += turn.events.length;
      this.settle(number);
    }
  }
}
