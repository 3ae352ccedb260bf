import { delay, type Timers } from "../../failures/timers.ts";
import { type RedisLink, redisScript } from "../../redis/redis-link.ts";

/** Milliseconds for which a turn lasts at most, and between two attempts to get it. */
const LONGEST = 30_000, LOOK = 200;
/** Milliseconds after which a node goes on without its turn: several are restarted, and one after the other did not end it. */
const MOST_PATIENCE = 60_000;

/** Takes the turn where no process has it. Key: the turn; arguments: process, milliseconds. A key of another kind is no node's. */
const TAKE = redisScript(`
local is = redis.call('TYPE', KEYS[1]).ok
if is ~= 'none' and is ~= 'string' then redis.call('DEL', KEYS[1]) end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0`);

/** Ends the turn of a process. Key: the turn; argument: process. */
const END = redisScript(`
if redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`);

/** What a turn needs. */
export interface TurnParts {
  readonly link: Pick<RedisLink, "run">;
  /** The key of the turn. */
  readonly key: string;
  /** Names this process among all nodes. */
  readonly processId: string;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
}

/** The nodes whose processes are replaced take turns, so that they do not all lose their clients at once. */
export class Turn {
  readonly #parts: TurnParts;
  #isMine = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when it is this process's turn, which lasts until `end`, 30 s at most. Without Redis every process goes on at once, and
   * none waits for longer than a minute.
   */
  async take(): Promise<void> {
    const { link, key, processId, monotonic, timers } = this.#parts, end = monotonic() + MOST_PATIENCE;
    while (monotonic() < end) {
      try {
        const [taken] = await link.run([{ script: TAKE, keys: [key], args: [processId, LONGEST] }]);
        this.#isMine = taken === 1;
        // An error is an answer too: what cannot be asked is not waited for.
        if (taken !== 0) return;
      } catch {
        // Redis has gone.
        return;
      }
      await delay(timers, LOOK);
    }
  }

  /** The next process may go on. */
  end(): void {
    if (!this.#isMine) return;
    this.#isMine = false;
    const { link, key, processId } = this.#parts;
    // Where Redis has gone, the turn ends by itself.
    link.run([{ script: END, keys: [key], args: [processId] }]).catch(() => {});
  }
}
