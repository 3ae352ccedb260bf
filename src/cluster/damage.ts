import type { PlainCommand, RedisCommand, RedisLink } from "../redis/redis-link.ts";
import type { ClusterCounters } from "../monitoring/cluster-counters.ts";
import type { Log } from "../monitoring/log.ts";
import type { CommandBatch } from "./command-batch.ts";
import { MEMBERS_UNREADABLE } from "./events/wire-message.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** What Redis answers where a key or a field is not what this server writes there. */
const DAMAGE = /WRONGTYPE|CROSSSLOT|not an integer|not a valid float|would overflow|attempt to /;
/** What it answers where it is not willing or not able to do it, also from within a script. */
const REFUSAL = /\b(?:OOM|NOPERM|MISCONF|NOREPLICAS|READONLY|BUSY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

/** Repairs in ten seconds at most. With more another program goes on writing, and this node is better alone. */
const MOST = 200, PERIOD = 10;

/** Whether an answer says that another program has written something that cannot be read. */
export function isDamage(answer: unknown): answer is Error {
  return answer instanceof Error && DAMAGE.test(answer.message) && !REFUSAL.test(answer.message);
}

/** What repairing needs of the rest of the cluster. */
export interface DamageParts {
  readonly batch: Pick<CommandBatch, "add">;
  readonly keys: RedisKeys;
  readonly counters: ClusterCounters;
  readonly log: Log;
  /** Ids of all stays that may have holds: of all nodes, and the former ones of this process. */
  readonly stays: () => readonly string[];
  /** The command that publishes a message on a topic. */
  readonly publish: (topic: string, message: string) => RedisCommand;
  /** Has every node write again what it has. */
  readonly writeAgain: () => void;
  /** Seconds that only grow. */
  readonly now: () => number;
}

/**
 * Deletes what another program has written under the cluster's keys and what cannot be read; then all nodes write again what they have,
 * as after a loss of all data (membership/data-loss.ts). What is counted over all nodes is deleted together, so that it is right again.
 */
export class Damage {
  readonly #parts: DamageParts;
  #since = -Infinity;
  #count = 0;
  /** Topic -> second of the last complaint. */
  readonly #complaints = new Map<string, number>();

  constructor(parts: DamageParts) {
    this.#parts = parts;
  }

  /** Counts an entry that was skipped. */
  skipped(count = 1): void {
    this.#parts.counters.unreadable += count;
  }

  /** Whether Redis has answered a command with damage, which is repaired then. False for every other error. */
  repairs(error: Error, command: RedisCommand): boolean {
    if (!isDamage(error)) return false;
    this.skipped();
    const { now, batch, log, writeAgain } = this.#parts;
    if (now() - this.#since > PERIOD) {
      this.#since = now();
      this.#count = 0;
    }
    if (++this.#count > MOST) return false;
    const keys = this.#keysOf(command);
    if (this.#count === 1) {
      const sentence =
        `Another program has written to ${
          JSON.stringify(keys[0])
        } in Redis (${error.message}): it is deleted, ` +
        "and all nodes write again what they have";
      log.warning("redis_damaged", sentence);
    }
    batch.add(["DEL", ...keys] as PlainCommand);
    writeAgain();
    return true;
  }

  /** Members of a topic cannot be read: every node is to bring its holds again. Asked for once a second at most. */
  complain(topic: string): void {
    const { now, batch, publish } = this.#parts;
    if (now() - (this.#complaints.get(topic) ?? -Infinity) < 1) return;
    if (this.#complaints.size >= MOST) this.#complaints.clear();
    this.#complaints.set(topic, now());
    batch.add(publish(topic, MEMBERS_UNREADABLE));
  }

  /** Takes the error of a command: true where it was damage, which is repaired; `refused` gets every other error. */
  repairsOr(refused: (error: Error) => void): (error: Error, command: RedisCommand) => boolean {
    return (error, command) => {
      if (this.repairs(error, command)) return true;
      refused(error);
      return false;
    };
  }

  /** A link that answers an empty list in place of damage, which is counted. For what no node would write again. */
  skipping(link: Pick<RedisLink, "run">): Pick<RedisLink, "run"> {
    return {
      run: async (commands) => {
        const answers = await link.run(commands);
        return answers.map((answer) => {
          if (!isDamage(answer)) return answer;
          this.skipped();
          return [];
        });
      },
    };
  }

  /** A link that answers an empty list in place of damage, which is repaired. */
  reading(link: Pick<RedisLink, "run">): Pick<RedisLink, "run"> {
    return {
      run: async (commands) => {
        const answers = await link.run(commands);
        return answers.map((answer, index) => {
          return isDamage(answer) && this.repairs(answer, commands[index]!) ? [] : answer;
        });
      },
    };
  }

  #keysOf(command: RedisCommand): readonly string[] {
    if (!("script" in command)) return [String(command[1])];
    const { keys } = this.#parts, [first = ""] = command.keys, topic = keys.topicOfKey(first);
    if (topic === undefined) return command.keys;
    const holds = this.#parts.stays().map((stay) => keys.presence(topic, stay).holds);
    const { nodes } = keys.reports(topic),
      { members, references, version, departed } = keys.presence(topic, "");
    const all = [members, references, version, departed, nodes, keys.counts(topic), ...holds];
    return [...new Set([...command.keys, ...all])];
  }
}
