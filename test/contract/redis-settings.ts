import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { RedisConfig } from "../../src/config/config.ts";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../support/certificates.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { redisConfig } from "../support/redis-config.ts";
import { startRedisSentinel } from "../support/redis-sentinel.ts";
import {
  HAS_REDIS,
  HAS_VALKEY,
  NO_REDIS,
  NO_VALKEY,
  type RedisServer,
  startRedis,
} from "../support/redis-server.ts";

/** A Redis of one kind, with the configuration that leads to it. */
export interface RedisSetting extends AsyncDisposable {
  readonly config: RedisConfig;
  /** All of its servers but Sentinels. */
  readonly servers: readonly RedisServer[];
}

/** A way in which people run Redis. */
export interface RedisKind {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing: string | undefined;
  start(): Promise<RedisSetting>;
}

/**
 * The least that a user of ours needs (docs/scaling.md, "An ACL user of its own"): our keys and channels, what reads and
 * writes data, and nothing that an administrator does.
 */
export const ACL_RULES =
  "~resound:* &resound:* -@all +@read +@write -@dangerous +eval +evalsha +publish +subscribe +unsubscribe " +
  "+spublish +ssubscribe +sunsubscribe +ping +info +select +time +asking +cluster|slots +cluster|info";

const redis = HAS_REDIS ? undefined : NO_REDIS;

/** Every kind that a link MUST work with. */
export const REDIS_KINDS: readonly RedisKind[] = [
  {
    name: "a server with a password and a database number",
    missing: redis,
    async start() {
      const server = await startRedis({ password: "s3cret", appendOnly: true });
      return single(server, { port: server.port, password: "s3cret", database: 3 });
    },
  },
  {
    name: "a server with an ACL user of ours alone",
    missing: redis,
    async start() {
      const server = await startRedis({
        users: ["user default on nopass ~* &* +@all", `user resound on >pw ${ACL_RULES}`],
      });
      return single(server, { port: server.port, username: "resound", password: "pw" });
    },
  },
  {
    name: "a server with TLS and an authority of its own that wants to see a certificate",
    missing: redis ?? (HAS_OPENSSL ? undefined : NO_OPENSSL),
    async start() {
      const authority = await makeCertificate({ hosts: ["Our CA"], authority: true });
      const certificate = await makeCertificate({ hosts: ["redis.test"], issuer: authority });
      const server = await startRedis({ tls: { ...certificate, clientAuthority: authority.certificate } });
      const file = (name: string, text: string): string => {
        const path = join(server.directory, name);
        writeFileSync(path, text);
        return path;
      };
      const tlsOptions = {
        ...redisConfig().tlsOptions,
        caFile: file("our-ca.pem", authority.certificate),
        peerName: "redis.test",
        certificateFile: file("our-certificate.pem", certificate.certificate),
        keyFile: file("our-key.pem", certificate.key),
      };
      return single(server, { port: server.port, tls: true, tlsOptions });
    },
  },
  {
    name: "a server behind a Unix socket",
    missing: redis,
    async start() {
      const server = await startRedis({ unixSocket: true });
      return single(server, { host: server.socket ?? "", port: 0, socket: server.socket });
    },
  },
  {
    name: "Valkey",
    missing: HAS_VALKEY ? undefined : NO_VALKEY,
    async start() {
      const server = await startRedis({ program: "valkey-server" });
      return single(server, { port: server.port });
    },
  },
  {
    name: "a master that Sentinels know",
    missing: redis,
    async start() {
      const sentinel = await startRedisSentinel({ redis: "pw", sentinel: "spw" });
      const sentinels = sentinel.sentinels.map(({ host, port }) => ({ host, port }));
      return {
        config: redisConfig({ password: "pw", sentinels, service: "resound-test", sentinelPassword: "spw" }),
        servers: sentinel.servers,
        [Symbol.asyncDispose]: () => sentinel[Symbol.asyncDispose](),
      };
    },
  },
  {
    name: "a Redis Cluster of three masters",
    missing: redis,
    async start() {
      const cluster = await startRedisCluster();
      return {
        config: redisConfig({ cluster: cluster.masters.map(({ host, port }) => ({ host, port })) }),
        servers: cluster.masters,
        [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
      };
    },
  },
];

function single(server: RedisServer, config: Partial<RedisConfig>): RedisSetting {
  return {
    config: redisConfig(config),
    servers: [server],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
