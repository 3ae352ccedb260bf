import { addressList, redisPort } from "../kinds/redis-kind.ts";
import { setting } from "./setting.ts";
import { duration, integer, oneOf, plainText, secretText, yesOrNo } from "../kinds/value-kind.ts";

/** How the certificate of Redis is checked and what is shown to it: PHP's SSL context names, in `ssl` of the connection. */
const redisTlsSettings = {
  caFile: setting({
    key: "scaling.server.ssl.cafile",
    env: "REDIS_SSL_CAFILE",
    kind: plainText,
    default: undefined,
    ours: true,
    description: "PEM of the authorities to trust",
    defaultText: "the system's",
  }),
  verifyPeer: setting({
    key: "scaling.server.ssl.verify_peer",
    env: "REDIS_SSL_VERIFY_PEER",
    kind: yesOrNo,
    default: true,
    ours: true,
    description: "whether the certificate is checked",
  }),
  verifyPeerName: setting({
    key: "scaling.server.ssl.verify_peer_name",
    env: "REDIS_SSL_VERIFY_PEER_NAME",
    kind: yesOrNo,
    default: true,
    ours: true,
    description: "whether its name is checked",
  }),
  peerName: setting({
    key: "scaling.server.ssl.peer_name",
    env: "REDIS_SSL_PEER_NAME",
    kind: plainText,
    default: undefined,
    ours: true,
    description: "the name to find in it",
    defaultText: "the host",
  }),
  certificateFile: setting({
    key: "scaling.server.ssl.local_cert",
    env: "REDIS_SSL_LOCAL_CERT",
    kind: plainText,
    default: undefined,
    ours: true,
    description: "PEM of the certificate to show",
    defaultText: "empty",
  }),
  keyFile: setting({
    key: "scaling.server.ssl.local_pk",
    env: "REDIS_SSL_LOCAL_PK",
    kind: plainText,
    default: undefined,
    ours: true,
    description: "its key, if that is in a file of its own",
    defaultText: "empty",
  }),
  passphrase: setting({
    key: "scaling.server.ssl.passphrase",
    env: "REDIS_SSL_PASSPHRASE",
    kind: secretText,
    default: undefined,
    ours: true,
    description: "passphrase of the key",
    defaultText: "empty",
  }),
};

/**
 * The Redis connection: below `scaling.server` of the server, or in `database.redis.default` of `config/database.php` when a
 * `config/reverb.php` has no `scaling.server`. Variables are those of Laravel's stock files.
 */
export const redisSettings = {
  url: setting({
    key: "scaling.server.url",
    env: "REDIS_URL",
    kind: secretText,
    default: undefined,
    description:
      "`redis://user:password@host:6379/0`, `rediss://` or `tls://` for TLS, `unix:///path`, `host:6379`, with `?database=0` and the like; its parts win over the rows below",
    defaultText: "empty",
  }),
  scheme: setting({
    key: "scaling.server.scheme",
    env: "REDIS_SCHEME",
    kind: oneOf("tcp", "tls", "redis", "rediss"),
    default: "tcp",
    description: "`tls` for TLS",
  }),
  host: setting({
    key: "scaling.server.host",
    env: "REDIS_HOST",
    kind: plainText,
    default: "127.0.0.1",
    description:
      "a host, `tls://` and a host, or the path of a Unix socket (`/run/redis.sock`, `unix:/run/redis.sock`)",
  }),
  port: setting({
    key: "scaling.server.port",
    env: "REDIS_PORT",
    kind: redisPort,
    default: 6379,
    description: "port of Redis; beside a Unix socket it means nothing and may be 0",
  }),
  username: setting({
    key: "scaling.server.username",
    env: "REDIS_USERNAME",
    kind: plainText,
    default: undefined,
    description: "ACL user",
    defaultText: "empty",
  }),
  password: setting({
    key: "scaling.server.password",
    env: "REDIS_PASSWORD",
    kind: secretText,
    default: undefined,
    description: "password of that user, or of Redis itself",
    defaultText: "empty",
  }),
  database: setting({
    key: "scaling.server.database",
    env: "REDIS_DB",
    kind: integer(0, 1_000_000, "a database number"),
    default: 0,
    description: "number of the database; channels have none, so that the prefix tells installations apart",
  }),
  timeout: setting({
    key: "scaling.server.timeout",
    env: "REDIS_TIMEOUT",
    kind: duration(0, 86_400),
    default: 60,
    unit: "seconds",
    description: "time to wait for a connection; after at most 5 seconds the next attempt begins",
  }),
  tlsOptions: redisTlsSettings,
  sentinels: setting({
    key: "scaling.server.sentinels",
    env: "REDIS_SENTINELS",
    kind: addressList(26_379),
    default: [],
    ours: true,
    description: "Sentinels to ask for the master, in place of host and port: `s1:26379,s2:26379`",
  }),
  service: setting({
    key: "scaling.server.service",
    env: "REDIS_SENTINEL_SERVICE",
    kind: plainText,
    default: "mymaster",
    ours: true,
    description: "the name under which they know it",
  }),
  sentinelUsername: setting({
    key: "scaling.server.sentinel_username",
    env: "REDIS_SENTINEL_USERNAME",
    kind: plainText,
    default: undefined,
    ours: true,
    description: "ACL user of the Sentinels themselves",
    defaultText: "empty",
  }),
  sentinelPassword: setting({
    key: "scaling.server.sentinel_password",
    env: "REDIS_SENTINEL_PASSWORD",
    kind: secretText,
    default: undefined,
    ours: true,
    description: "their password",
    defaultText: "empty",
  }),
  cluster: setting({
    key: "scaling.server.cluster",
    env: "REDIS_CLUSTER_NODES",
    kind: addressList(6_379),
    default: [],
    ours: true,
    description: "some nodes of a Redis Cluster, in place of host and port: `r1:6379,r2:6379`",
  }),
};
