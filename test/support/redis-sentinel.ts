import { eventually } from "./eventually.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

/** The name under which the Sentinels know the master. */
export const SERVICE = "resound-test";

/** A master, its replica, and the Sentinels that watch them. */
export interface RedisSentinel extends AsyncDisposable {
  /** The master and the replica at the start. */
  readonly servers: readonly [RedisServer, RedisServer];
  readonly sentinels: readonly RedisServer[];
  /** `host:port` of all Sentinels, as `REDIS_SENTINELS` takes it. */
  readonly addresses: string;
  /** The server that is the master now, as the Sentinels say. */
  master(): Promise<RedisServer>;
  /** Has the replica promoted and resolves when all Sentinels say so. */
  failover(): Promise<void>;
}

/** Starts two servers and three Sentinels and resolves when each Sentinel knows all of them, and may promote the replica. */
export async function startRedisSentinel(
  passwords: { redis?: string; sentinel?: string } = {},
): Promise<RedisSentinel> {
  const { redis: password, sentinel: sentinelPassword } = passwords;
  const login = password === undefined ? [] : ["--masterauth", password];
  const secret = password === undefined ? {} : { password };
  const master = await startRedis({ ...secret, options: login });
  const replica = await startRedis({
    ...secret,
    options: [...login, "--replicaof", master.host, String(master.port)],
  });
  const sentinels = await Promise.all([1, 2, 3].map(() =>
    startRedis({
      ...(sentinelPassword === undefined ? {} : { password: sentinelPassword }),
      sentinelFile: [
        ...(sentinelPassword === undefined ? [] : [`requirepass ${sentinelPassword}`]),
        `sentinel monitor ${SERVICE} ${master.host} ${master.port} 2`,
        ...(password === undefined ? [] : [`sentinel auth-pass ${SERVICE} ${password}`]),
        // Tests fail over themselves: on a busy machine the Sentinels would, because a server stands still for a moment.
        `sentinel down-after-milliseconds ${SERVICE} 60000`,
        `sentinel failover-timeout ${SERVICE} 60000`,
        "",
      ].join("\n"),
    })
  ));
  const servers = [master, replica] as const;
  const field = async (sentinel: RedisServer, name: string): Promise<string> => {
    const answer = await sentinel.command("SENTINEL", "MASTER", SERVICE);
    return Array.isArray(answer) ? String(answer[answer.indexOf(name) + 1]) : "";
  };
  const portOf = async (sentinel: RedisServer): Promise<number> => Number(await field(sentinel, "port"));
  for (const sentinel of sentinels) {
    await eventually(async () =>
      await field(sentinel, "num-slaves") === "1" && await field(sentinel, "num-other-sentinels") === "2"
    );
    // Before it has heard of the replica itself it says that there is none to promote.
    await eventually(async () =>
      JSON.stringify(await sentinel.command("SENTINEL", "REPLICAS", SERVICE)).includes(
        '"master-link-status","ok"',
      )
    );
  }
  const find = async (): Promise<RedisServer> => {
    const [sentinel] = sentinels;
    const port = sentinel === undefined ? 0 : await portOf(sentinel);
    return servers.find((server) => server.port === port) ?? master;
  };
  return {
    servers,
    sentinels,
    addresses: sentinels.map(({ host, port }) => `${host}:${port}`).join(","),
    master: find,
    async failover() {
      const [first] = sentinels, before = (await find()).port;
      await first?.command("SENTINEL", "FAILOVER", SERVICE);
      for (const sentinel of sentinels) await eventually(async () => await portOf(sentinel) !== before);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...sentinels, ...servers].map((server) => server[Symbol.asyncDispose]()));
    },
  };
}
