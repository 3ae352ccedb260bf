import { type PresenceKeys, RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { ENTER, HOLD, LEAVE } from "../../../src/cluster/redis-scripts.ts";
import type { RedisCommand, ScriptCall } from "../../../src/redis/redis-link.ts";

/**
 * One topic's presence as Redis keeps it, by the same rules as the scripts in redis-scripts.ts: what they do in Lua this does here,
 * except that no application is told (there are no tokens). Messages go to whoever listens, in the order of the changes.
 */
export class FakePresenceRedis {
  /** User -> version and `channel_data`, as in the hash of members. */
  readonly members = new Map<string, string>();
  readonly listeners = new Set<(message: string) => void>();
  readonly #holds = new Map<string, Set<string>>();
  readonly #references = new Map<string, number>();
  #version: number | undefined;
  /** Microseconds, of which there are more than changes. */
  #clock = 1e12;

  /** The keys of one stay of a node. */
  static keys(stay: string): PresenceKeys {
    return new RedisKeys("resound:", 0).presence("app\npresence-a", stay);
  }

  /** Runs one of the scripts. */
  run(command: RedisCommand): unknown {
    const { script, keys, args } = command as ScriptCall;
    const holds = this.#of(keys[4]!), [, , , ...rest] = args.map(String);
    switch (script) {
      case ENTER:
        this.#enter(holds, rest[0]!, rest[1]!);
        return [String(this.#version), []];
      case LEAVE:
        return this.#leave(holds, rest[0]!);
      case HOLD: {
        const wanted = new Set(rest.filter((_each, index) => index % 2 === 0));
        for (const user of [...holds]) if (!wanted.has(user)) this.#leave(holds, user);
        for (let index = 0; index < rest.length; index += 2) {
          this.#enter(holds, rest[index]!, rest[index + 1]!);
        }
        for (const former of keys.slice(5)) this.#evict(former);
        return [this.#version === undefined ? null : String(this.#version), [...this.members].flat(), [], []];
      }
      default:
        throw new Error("An unknown script");
    }
  }

  /** As a node that died is cleared up after. */
  evict(stay: string): void {
    this.#evict(FakePresenceRedis.keys(stay).holds);
  }

  /** Its clock is slow from now on. */
  setClockBack(): void {
    this.#clock -= 1e9;
  }

  #evict(key: string): void {
    const holds = this.#of(key);
    for (const user of [...holds]) this.#leave(holds, user);
  }

  #of(key: string): Set<string> {
    let holds = this.#holds.get(key);
    if (holds === undefined) this.#holds.set(key, holds = new Set());
    return holds;
  }

  #enter(holds: Set<string>, user: string, data: string): void {
    if (holds.has(user)) return;
    holds.add(user);
    const references = (this.#references.get(user) ?? 0) + 1;
    this.#references.set(user, references);
    if (references > 1) return;
    const [version, sign] = this.#next();
    this.members.set(user, `${version}\n${data}`);
    this.#tell(`${sign}${version}\n${data}`);
  }

  #leave(holds: Set<string>, user: string): number {
    if (!holds.delete(user)) return 0;
    const references = (this.#references.get(user) ?? 0) - 1;
    this.#references.set(user, references);
    if (references > 0) return 0;
    this.#references.delete(user);
    this.members.delete(user);
    const [version] = this.#next();
    this.#tell(`-${version}\n${user}`);
    if (this.members.size === 0) this.#version = undefined;
    return 1;
  }

  #next(): [version: number, sign: string] {
    if (this.#version !== undefined) return [++this.#version, "+"];
    this.#version = this.#clock += 1e5;
    return [this.#version, this.members.size === 0 ? "!" : "+"];
  }

  #tell(message: string): void {
    for (const listener of this.listeners) listener(message);
  }
}
