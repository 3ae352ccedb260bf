import { keySlot, SLOTS } from "../../redis/key-slot.ts";
import { type RedisCommand, type RedisInfo, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { PUBLISH_CACHED } from "../redis-scripts.ts";

/** Keys of a node in a Redis Cluster: one in each part of the slots, so that every master has some. */
const PARTS = 32;
/** Milliseconds after which Redis forgets a node that does not look any more. */
const KEPT = 60_000;

/**
 * Keys of this node that no other program touches. When one is missing while the node has been in touch all along, Redis has lost its
 * data: FLUSHDB, as `cache:clear` sends it where cache and scaling share a database, or a master that was replaced by an empty one.
 */
export class Witness {
  readonly #keys: RedisKeys;
  readonly #processId: string;
  #all: readonly string[] = [];
  /** Whether Redis was given the keys, and may be expected to have them. */
  #isSet = false;

  constructor(keys: RedisKeys, processId: string) {
    this.#keys = keys;
    this.#processId = processId;
  }

  /** Redis is there. Without its data (`isStartedAnew`) it has none of the keys. */
  use({ mode }: Pick<RedisInfo, "mode">, isStartedAnew: boolean): void {
    const names = mode === "cluster" ? namesInAllParts() : ["0"];
    this.#all = names.map((name) => this.#keys.witness(name, this.#processId));
    if (isStartedAnew) this.#isSet = false;
  }

  /** Looks for the keys, and writes those that are missing. Answers with whether Redis has lost any. Rejects when Redis goes away. */
  async look(link: Pick<RedisLink, "run">): Promise<boolean> {
    const wasSet = this.#isSet;
    const found = await runAll(link, this.#all.map((key): RedisCommand => ["PEXPIRE", key, KEPT]));
    const missing = this.#all.filter((_, index) => found[index] !== 1);
    await runAll(link, missing.map((key): RedisCommand => ["SET", key, 1, "PX", KEPT]));
    this.#isSet = true;
    return wasSet && missing.length > 0;
  }

  /** What to run behind commands, so that `tells` knows whether Redis had its data when it ran them. */
  behind(commands: readonly RedisCommand[]): readonly RedisCommand[] {
    const keys: string[] = [];
    for (const command of commands) {
      // Other commands ask for no decision, and an event is published all the same.
      if ("script" in command && command.script !== PUBLISH_CACHED) keys.push(...command.keys.slice(0, 1));
    }
    return this.behindKeys(keys);
  }

  /** As `behind`, for commands that read these keys. */
  behindKeys(keys: readonly string[]): readonly RedisCommand[] {
    if (!this.#isSet) return [];
    const own = new Set(keys.map((key) => this.#all[this.#all.length === 1 ? 0 : partOf(key)]!));
    return Array.from(own, (key): RedisCommand => ["EXISTS", key]);
  }

  /** Whether the answers to `behind` tell that Redis has lost its data. Tells it once, until `look` has been called. */
  tells(answers: readonly unknown[]): boolean {
    if (!this.#isSet || !answers.includes(0)) return false;
    this.#isSet = false;
    return true;
  }

  /** Takes the keys away. Rejects when Redis goes away. */
  async leave(link: Pick<RedisLink, "run">): Promise<void> {
    this.#isSet = false;
    await runAll(link, this.#all.map((key): RedisCommand => ["DEL", key]));
  }
}

/** Which part of the slots a key is in. */
function partOf(key: string): number {
  return Math.floor(keySlot(key) * PARTS / SLOTS);
}

let inAllParts: readonly string[] | undefined;

/** A name for each part of the slots. */
function namesInAllParts(): readonly string[] {
  if (inAllParts !== undefined) return inAllParts;
  const names: string[] = [];
  for (let number = 0, missing = PARTS; missing > 0; number++) {
    const part = partOf(`{witness:${number}}`);
    if (names[part] !== undefined) continue;
    names[part] = String(number);
    missing--;
  }
  return inAllParts = names;
}
