import { type PresenceKeys, RedisKeys } from "../../../src/cluster/redis-keys.ts";
import { EVICT, HOLD, JOIN, LEAVE } from "../../../src/cluster/redis-scripts.ts";
import type { RedisCommand, ScriptCall } from "../../../src/redis/redis-link.ts";

/**
 * One topic's presence as Redis keeps it, by the same rules as the scripts in redis-scripts.ts: what they do in Lua this does here.
 * Messages go to all listeners, in the order of the changes.
 */
export class FakePresenceRedis {
  /** How many commands there were. */
  executed = 0;
  /** How often the data was deleted. */
  emptied = 0;
  /** User -> version and `channel_data`, as in the hash of members. */
  readonly members = new Map<string, string>();
  readonly listeners = new Set<(message: string) => void>();
  /** Subject of a departure that has not been reported -> token. */
  readonly departed = new Map<string, string>();
  readonly #holds = new Map<string, Set<string>>();
  readonly #references = new Map<string, number>();
  #version: number | undefined;
  /** Microseconds, of which there are more than changes. */
  #clock = 1e12;

  /** The keys of one stay of a node. */
  static keys(stay: string): PresenceKeys {
    return new RedisKeys("resound:", 0).presence("app\npresence-a", stay);
  }

  run(command: RedisCommand): unknown {
    this.executed++;
    return this.execute(command);
  }

  /** Runs one of the scripts. */
  protected execute(command: RedisCommand): unknown {
    const { script, keys, args } = command as ScriptCall;
    const holds = this.#of(keys[4]!), [, , , token = "", ...rest] = args.map(String);
    switch (script) {
      case JOIN: {
        const added = this.#join(holds, rest[0]!, rest[1]!, token) ? [rest[0]!] : [];
        return [String(this.#version), added];
      }
      case LEAVE:
        return this.#leave(holds, rest[0]!, token);
      case EVICT:
        return this.#evict(keys[4]!, token);
      case HOLD: {
        const wanted = new Set(rest.filter((_each, index) => index % 2 === 0)),
          added: string[] = [],
          removed: string[] = [];
        const leave = (from: Set<string>, user: string): void => {
          if (this.#leave(from, user, token) === 1 && token !== "") removed.push(user);
        };
        for (const user of [...holds]) if (!wanted.has(user)) leave(holds, user);
        for (let index = 0; index < rest.length; index += 2) {
          if (this.#join(holds, rest[index]!, rest[index + 1]!, token)) added.push(rest[index]!);
        }
        for (const former of keys.slice(5)) {
          for (const user of [...this.#of(former)]) leave(this.#of(former), user);
        }
        return [
          this.#version === undefined ? null : String(this.#version),
          [...this.members].flat(),
          added,
          removed,
        ];
      }
      default:
        throw new Error("An unknown script");
    }
  }

  /** All data is deleted, as by FLUSHDB. */
  empty(): void {
    this.emptied++;
    this.members.clear();
    this.departed.clear();
    this.#holds.clear();
    this.#references.clear();
    this.#version = undefined;
  }

  /** A survivor clears up after a node that died. */
  evict(stay: string): void {
    this.#evict(FakePresenceRedis.keys(stay).holds, "");
  }

  /** Redis's clock is slow from now on. */
  setClockBack(): void {
    this.#clock -= 1e9;
  }

  /** How many nodes hold a user, as the hash of references has it. */
  referencesOf(user: string): string | undefined {
    return this.#references.get(user)?.toString();
  }

  /** Whether any node holds a user. */
  isPresent(user: string): boolean {
    return this.#references.has(user);
  }

  #evict(key: string, token: string): [number, string[]] {
    const holds = this.#of(key), removed = [...holds].filter((user) => this.#leave(holds, user, token) === 1);
    return [removed.length, token === "" ? [] : removed];
  }

  #of(key: string): Set<string> {
    let holds = this.#holds.get(key);
    if (holds === undefined) this.#holds.set(key, holds = new Set());
    return holds;
  }

  /** Answers with whether this node reports that the user was added. */
  #join(holds: Set<string>, user: string, data: string, token: string): boolean {
    if (holds.has(user)) return false;
    holds.add(user);
    const references = (this.#references.get(user) ?? 0) + 1;
    this.#references.set(user, references);
    if (references > 1) return false;
    const [version, sign] = this.#next();
    this.members.set(user, `${version}\n${data}`);
    this.#publish(`${sign}${version}\n${data}`);
    return token !== "" && !this.departed.delete(`+${user}`);
  }

  #leave(holds: Set<string>, user: string, token: string): number {
    if (!holds.delete(user)) return 0;
    const references = (this.#references.get(user) ?? 0) - 1;
    this.#references.set(user, references);
    if (references > 0) return 0;
    this.#references.delete(user);
    this.members.delete(user);
    const [version] = this.#next();
    this.#publish(`-${version}\n${user}`);
    if (this.members.size === 0) this.#version = undefined;
    if (token !== "") this.departed.set(`+${user}`, token);
    return 1;
  }

  #next(): [version: number, sign: string] {
    if (this.#version !== undefined) return [++this.#version, "+"];
    this.#version = this.#clock += 1e5;
    return [this.#version, this.members.size === 0 ? "!" : "+"];
  }

  #publish(message: string): void {
    for (const listener of this.listeners) listener(message);
  }
}
