import type { RedisConfig } from "../../src/config/config.ts";

/** The default settings of a Redis connection, except for what is given. */
export function redisConfig(differences: Partial<RedisConfig> = {}): RedisConfig {
  return {
    url: undefined,
    host: "127.0.0.1",
    port: 6379,
    username: undefined,
    password: undefined,
    database: 0,
    timeout: 60,
    socket: undefined,
    tls: false,
    tlsOptions: {
      caFile: undefined,
      verifyPeer: true,
      verifyPeerName: true,
      peerName: undefined,
      certificateFile: undefined,
      keyFile: undefined,
      passphrase: undefined,
    },
    sentinels: [],
    service: "mymaster",
    sentinelUsername: undefined,
    sentinelPassword: undefined,
    cluster: [],
    ...differences,
  };
}
