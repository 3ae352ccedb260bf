import {
  ADD_NODE,
  CONFIRM,
  CONFIRM_UNSURE,
  IS_PRESENT,
  REMOVE_NODE,
  TAKE_OVER,
} from "../../../src/cluster/departures/departure-scripts.ts";
import type { RedisCommand } from "../../../src/redis/redis-link.ts";
import { FakePresenceRedis } from "./fake-presence-redis.ts";

/** As FakePresenceRedis, with the nodes that have a subscription to the topic, and the lists that nodes keep about themselves. */
export class FakeReportRedis extends FakePresenceRedis {
  readonly #sets = new Map<string, Set<string>>();

  protected override execute(command: RedisCommand): unknown {
    return "script" in command ? this.#runScript(command) : this.#runPlain(command.map(String));
  }

  #runPlain([name, key = "", ...rest]: readonly string[]): unknown {
    const set = this.#setOf(key);
    switch (name) {
      case "SADD":
        for (const each of rest) set.add(each);
        return rest.length;
      case "SREM":
        return rest.filter((each) => set.delete(each)).length;
      case "SMEMBERS":
        return [...set];
      case "DEL":
        set.clear();
        return 1;
      case "HGET":
        return this.referencesOf(rest[0] ?? "") ?? null;
      case "ZREM":
      case "HDEL":
        return 1;
      default:
        throw new Error(`An unknown command: ${name}`);
    }
  }

  #runScript(command: Extract<RedisCommand, { readonly script: unknown }>): unknown {
    const { script, keys } = command, [first = "", second = "", ...rest] = command.args.map(String);
    switch (script) {
      case ADD_NODE: {
        const nodes = this.#setOf(keys[0]!);
        const isKnown = [nodes.has(first), ...[second, ...rest].map((former) => nodes.delete(former))].some(
          Boolean,
        );
        nodes.add(first);
        if (isKnown || nodes.size > 1) return 0;
        return Number(!this.departed.delete("#"));
      }
      case REMOVE_NODE: {
        const nodes = this.#setOf(keys[0]!);
        if (!nodes.delete(first)) return -1;
        if (nodes.size > 0) return 0;
        if (second !== "") this.departed.set("#", second);
        return 1;
      }
      case CONFIRM:
        return this.departed.get(first) === second ? this.#confirmed(first) : 0;
      case CONFIRM_UNSURE: {
        const token = this.departed.get(first), [user = "", own = ""] = rest;
        if (token !== undefined && (token === second || second === "" && token.startsWith(own))) {
          return this.#confirmed(first);
        }
        if (token !== undefined) return 0;
        return (user === "" ? this.#setOf(keys[1]!).size > 0 : this.isPresent(user))
          ? 0
          : this.#confirmed(first);
      }
      case IS_PRESENT: {
        const [process = "", stay = ""] = rest, token = this.departed.get(first);
        const isOwn = token?.startsWith(process) === true;
        if (isOwn && !token.startsWith(stay)) this.departed.delete(first);
        const isThere = token !== undefined && !isOwn ||
          (second === "" ? this.#setOf(keys[1]!).size > 0 : this.isPresent(second));
        if (isThere) this.departed.set(`~${first}`, "");
        return Number(isThere);
      }
      case TAKE_OVER: {
        const taken = [...this.departed].filter(([, token]) => token.startsWith(first));
        for (const [subject] of taken) this.departed.set(subject, second);
        return taken.flat();
      }
      default:
        return super.execute(command);
    }
  }

  /** Takes a mark away; 2 where its subject was reported as present after another node had reported its departure. */
  #confirmed(subject: string): number {
    this.departed.delete(subject);
    return 1 + Number(this.departed.delete(`~${subject}`));
  }

  #setOf(key: string): Set<string> {
    let set = this.#sets.get(key);
    if (set === undefined) this.#sets.set(key, set = new Set());
    return set;
  }
}
