import type { RedisAddress } from "../config/config.ts";
import { addressName } from "./cluster-slots.ts";
import type { PairOptions } from "./redis-pair.ts";
import { reasonOf } from "./reason-of.ts";
import { RedisWire } from "./redis-wire.ts";

/** Milliseconds between two questions of a watch. */
const INTERVAL = 1000;

/**
 * Asks the Sentinels, one after the other, where the master of `config.service` is. When none knows, rejects with the answers of all.
 */
export async function findMaster({ config, ...times }: PairOptions): Promise<RedisAddress> {
  const failures: string[] = [];
  for (const target of config.sentinels) {
    try {
      return await askSentinel(target, { config, ...times });
    } catch (error) {
      failures.push(`${target.host}:${target.port} ${reasonOf(error).replace(/^Redis is away: /, "")}`);
    }
  }
  throw new Error(`no Sentinel knows the master of "${config.service}": ${failures.join("; ")}`);
}

/**
 * Asks the Sentinels once a second whether the master is still the same, and calls `changed` once when it is not. Sentinels demote the
 * old master only seconds after they have chosen the new one; until then it takes writes that the new one will never have. Returns what
 * ends the watch.
 */
export function watchMaster(
  options: PairOptions,
  current: RedisAddress,
  changed: (master: RedisAddress) => void,
): () => void {
  let cancel = (): void => {}, ended = false;
  const ask = async (): Promise<void> => {
    // While no Sentinel answers, the master that still works is kept.
    const master = await findMaster(options).catch(() => current);
    if (ended) return;
    if (addressName(master) !== addressName(current)) return changed(master);
    cancel = options.timers.after(INTERVAL, () => void ask());
  };
  cancel = options.timers.after(INTERVAL, () => void ask());
  return () => {
    ended = true;
    cancel();
  };
}

async function askSentinel(target: RedisAddress, { config, ...times }: PairOptions): Promise<RedisAddress> {
  const wire = await (times.openWire ?? RedisWire.open)({
    ...times,
    // A Sentinel that does not answer must not hold up the question to the next one.
    connectTimeout: times.commandTimeout,
    config,
    target,
    username: config.sentinelUsername,
    password: config.sentinelPassword,
    database: 0,
  }, { lost: () => undefined });
  try {
    const [answer] = await wire.send([["SENTINEL", "get-master-addr-by-name", config.service]]);
    if (answer instanceof Error) throw answer;
    if (!Array.isArray(answer)) throw new Error("has never heard of it");
    const [host, port] = answer.map(String);
    return { host: host ?? "", port: Number(port) };
  } finally {
    wire.close();
  }
}
