import type { RedisAddress } from "../config/config.ts";
import type { PairOptions } from "./redis-pair.ts";
import { reasonOf } from "./reason-of.ts";
import { RedisWire } from "./redis-wire.ts";

/**
 * Asks the Sentinels, one after the other, where the master of `config.service` is. Rejects with what each of them said when none
 * knows.
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

async function askSentinel(target: RedisAddress, { config, ...times }: PairOptions): Promise<RedisAddress> {
  const wire = await RedisWire.open({
    ...times,
    // One that does not answer must not keep the next one from being asked.
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
