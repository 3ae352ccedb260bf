import { type PlainCommand, type RedisLink, runAll } from "../../redis/redis-link.ts";
import { type StreamKeys, STREAMS } from "../../redis/stream-keys.ts";
import { ENROL, LEAVE } from "./stream-scripts.ts";

/** What finding this reader's share needs. */
export interface StreamShareParts {
  readonly link: Pick<RedisLink, "run">;
  readonly keys: StreamKeys;
  /** Names this reader among all. */
  readonly reader: string;
  readonly leaseSeconds: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** The readers that are alive, this one included. */
export interface Readers {
  readonly count: number;
  /** Milliseconds for which there have been readers without a break. */
  readonly age: number;
  /** When that began, in milliseconds of Redis's clock. */
  readonly since: number;
}

/** How the streams are shared by all readers. Calls reject with `LinkDown`, or with what Redis answers. */
export class StreamShare {
  readonly #parts: StreamShareParts;

  constructor(parts: StreamShareParts) {
    this.#parts = parts;
  }

  /** Says for the time of a lease that this reader is alive. */
  async enrol(): Promise<Readers> {
    const { link, keys, reader, leaseSeconds } = this.#parts;
    const args = [reader, Math.ceil(leaseSeconds * 1000)];
    const [answer] = await runAll(link, [{ script: ENROL, keys: [keys.readers, keys.since], args }]);
    const [count, age, since] = Array.isArray(answer) ? answer as readonly unknown[] : [];
    return { count: Math.max(1, Number(count)), age: Number(age), since: Number(since) };
  }

  /** This reader takes no part any more. */
  async leave(): Promise<void> {
    const { link, keys, reader } = this.#parts;
    await runAll(link, [{ script: LEAVE, keys: [keys.readers, keys.since], args: [reader] }]);
  }

  /** Streams without an owner, of those that this reader does not have, from a random one on: readers rarely claim the same. */
  async free(owned: ReadonlyMap<number, unknown>): Promise<number[]> {
    const first = Math.floor(this.#parts.random() * STREAMS);
    const others = Array.from({ length: STREAMS }, (_, index) => (first + index) % STREAMS)
      .filter((stream) => !owned.has(stream));
    if (others.length === 0) return [];
    const { link, keys } = this.#parts;
    const owners = await runAll(link, others.map((stream): PlainCommand => ["GET", keys.owner(stream)]));
    return others.filter((_, index) => owners[index] === null);
  }
}

/** How many streams fall to one of so many readers. */
export function fairShare(readers: number): number {
  return Math.ceil(STREAMS / readers);
}
