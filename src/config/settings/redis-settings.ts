import { addressList, redisPort } from "../kinds/redis-kind.ts";
import { setting } from "./setting.ts";
import { duration, integer, oneOf, plainText, secretText, yesOrNo } from "../kinds/value-kind.ts";

/**
 * The Redis connection: below `scaling.server` of the server, or in `database.redis.default` of `config/database.php` when a
 * `config/reverb.php` has no `scaling.server`. Variables are those of Laravel's stock files.
 */
export const redisSettings = {
  url: setting({ key: "scaling.server.url", env: "REDIS_URL", kind: secretText, default: undefined }),
  scheme: setting({
    key: "scaling.server.scheme",
    env: "REDIS_SCHEME",
    kind: oneOf("tcp", "tls", "redis", "rediss"),
    default: "tcp",
  }),
  host: setting({ key: "scaling.server.host", env: "REDIS_HOST", kind: plainText, default: "127.0.0.1" }),
  port: setting({ key: "scaling.server.port", env: "REDIS_PORT", kind: redisPort, default: 6379 }),
  username: setting({
    key: "scaling.server.username",
    env: "REDIS_USERNAME",
    kind: plainText,
    default: undefined,
  }),
  password: setting({
    key: "scaling.server.password",
    env: "REDIS_PASSWORD",
    kind: secretText,
    default: undefined,
  }),
  database: setting({
    key: "scaling.server.database",
    env: "REDIS_DB",
    kind: integer(0, 1_000_000, "a database number"),
    default: 0,
  }),
  timeout: setting({
    key: "scaling.server.timeout",
    env: "REDIS_TIMEOUT",
    kind: duration(0, 86_400),
    default: 60,
    unit: "seconds",
  }),
  caFile: setting({
    key: "scaling.server.ssl.cafile",
    env: "REDIS_SSL_CAFILE",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  verifyPeer: setting({
    key: "scaling.server.ssl.verify_peer",
    env: "REDIS_SSL_VERIFY_PEER",
    kind: yesOrNo,
    default: true,
    ours: true,
  }),
  verifyPeerName: setting({
    key: "scaling.server.ssl.verify_peer_name",
    env: "REDIS_SSL_VERIFY_PEER_NAME",
    kind: yesOrNo,
    default: true,
    ours: true,
  }),
  peerName: setting({
    key: "scaling.server.ssl.peer_name",
    env: "REDIS_SSL_PEER_NAME",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  certificateFile: setting({
    key: "scaling.server.ssl.local_cert",
    env: "REDIS_SSL_LOCAL_CERT",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  keyFile: setting({
    key: "scaling.server.ssl.local_pk",
    env: "REDIS_SSL_LOCAL_PK",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  passphrase: setting({
    key: "scaling.server.ssl.passphrase",
    env: "REDIS_SSL_PASSPHRASE",
    kind: secretText,
    default: undefined,
    ours: true,
  }),
  sentinels: setting({
    key: "scaling.server.sentinels",
    env: "REDIS_SENTINELS",
    kind: addressList(26_379),
    default: [],
    ours: true,
  }),
  service: setting({
    key: "scaling.server.service",
    env: "REDIS_SENTINEL_SERVICE",
    kind: plainText,
    default: "mymaster",
    ours: true,
  }),
  sentinelUsername: setting({
    key: "scaling.server.sentinel_username",
    env: "REDIS_SENTINEL_USERNAME",
    kind: plainText,
    default: undefined,
    ours: true,
  }),
  sentinelPassword: setting({
    key: "scaling.server.sentinel_password",
    env: "REDIS_SENTINEL_PASSWORD",
    kind: secretText,
    default: undefined,
    ours: true,
  }),
  cluster: setting({
    key: "scaling.server.cluster",
    env: "REDIS_CLUSTER_NODES",
    kind: addressList(6_379),
    default: [],
    ours: true,
  }),
};
