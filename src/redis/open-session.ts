import { addressName } from "./cluster-slots.ts";
import { ClusterSession } from "./cluster-session.ts";
import { findMaster, watchMaster } from "./find-master.ts";
import { type PairOptions, RedisPair } from "./redis-pair.ts";
import type { RedisSession, SessionListener } from "./redis-session.ts";
import { SingleSession } from "./single-session.ts";

/**
 * Connects to what the configuration names: a Redis Cluster, the master that Sentinels know, or a single server. A single server that
 * turns out to be part of a Redis Cluster is asked for the other masters. Rejects with the reason.
 */
export async function openSession(options: PairOptions, listener: SessionListener): Promise<RedisSession> {
  const { host, port, socket, sentinels, cluster } = options.config;
  if (cluster.length > 0) return await ClusterSession.open(cluster, options, listener);
  const sentinel = sentinels.length > 0;
  const address = sentinel ? await findMaster(options) : { host, port };
  const { lost, message } = listener;
  const pair = await RedisPair.open(socket === undefined ? address : { socket }, options, {
    lost: (_, reason) => lost(reason),
    message,
  });
  if (sentinel) {
    return new SingleSession(
      pair,
      "sentinel",
      lost,
      (end) =>
        watchMaster(
          options,
          address,
          (master) => end(`the Sentinels chose ${addressName(master)} as the master`),
        ),
    );
  }
  if (!pair.info.clusterEnabled) return new SingleSession(pair, "single", lost);
  pair.close();
  if (socket === undefined && options.config.database === 0) {
    return await ClusterSession.open([address], options, listener);
  }
  throw new Error(
    "this server is part of a Redis Cluster, which is reached through database 0 and the addresses of its nodes (REDIS_CLUSTER_NODES)",
  );
}
