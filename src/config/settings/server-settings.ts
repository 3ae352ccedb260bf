import {
  bytes,
  compressionMode,
  count,
  duration,
  durationOrAuto,
  integer,
  listeningPort,
  processCount,
  seconds,
  yesNoOrAuto,
  yesOrNo,
} from "../kinds/value-kind.ts";
import { hostAddress, publicHostName, routePrefix } from "../kinds/address-kind.ts";
import { addressList, fileMode } from "../kinds/access-kind.ts";
import { dashboardSettings } from "./dashboard-settings.ts";
import { monitoringSettings } from "./monitoring-settings.ts";
import { scalingSettings } from "./scaling-settings.ts";
import { setting } from "./setting.ts";
import { soketiSettings } from "./soketi-settings.ts";
import { streamSettings } from "./stream-settings.ts";
import { webhookSettings } from "./webhook-settings.ts";

/** The certificate of the server: a table of options whose names are PHP's, which src/tls/tls-options.ts checks. */
export const tlsTable = {
  key: "options.tls",
  // Certificates are read again by themselves (process/certificates.ts).
  live: true,
  description: "certificate and TLS options by PHP's names",
  see: "[Local wss](tls.md)",
} as const;

/** Settings that Laravel's own file has and that mean nothing here: accepted, and not read. */
export const unusedSettings = {
  telescopeIngestInterval: setting({
    key: "telescope_ingest_interval",
    env: "REVERB_TELESCOPE_INGEST_INTERVAL",
    kind: seconds,
    default: 15,
    unit: "seconds",
    description:
      "accepted because Laravel's own file has it, and without effect: nothing is reported to Laravel Telescope",
  }),
};

/** Settings of the server: below `servers.reverb` in `config/reverb.php`, below `[servers.reverb]` or `[server]` in TOML. */
export const serverSettings = {
  host: setting({
    key: "host",
    env: "REVERB_SERVER_HOST",
    flag: "--host <address>",
    kind: hostAddress,
    default: "0.0.0.0",
    description: "address to listen on, or a Unix socket such as `unix:/run/resound/resound.sock`",
  }),
  port: setting({
    key: "port",
    env: "REVERB_SERVER_PORT",
    flag: "--port <number>",
    kind: listeningPort,
    default: 8080,
    description: "port to listen on; 0 takes any free one",
  }),
  path: setting({
    key: "path",
    env: "REVERB_SERVER_PATH",
    flag: "--path <prefix>",
    kind: routePrefix,
    default: "",
    description: "prefix of every route; API calls are signed without it",
  }),
  hostname: setting({
    key: "hostname",
    env: "REVERB_HOST",
    flag: "--hostname <name>",
    kind: publicHostName,
    default: "",
    // Only for finding a certificate.
    live: true,
    description: "public host name, or a URL with it; Herd's or Valet's certificate for it is used",
    see: "[Local wss](tls.md)",
  }),
  maxRequestSize: setting({
    key: "max_request_size",
    env: "REVERB_MAX_REQUEST_SIZE",
    kind: bytes,
    default: 10_000,
    unit: "bytes",
    live: true,
    description: "largest body of an API call; headers do not count",
  }),
  scaling: scalingSettings,
  stream: streamSettings,
  pulseEnabled: setting({
    key: "pulse_enabled",
    env: "REVERB_PULSE_ENABLED",
    kind: yesNoOrAuto,
    default: "auto",
    ours: true,
    description:
      "whether messages are reported to Laravel Pulse; `auto`: when its `config/pulse.php` asks for them",
    see: "[Laravel Pulse](pulse.md)",
  }),
  pulseIngestInterval: setting({
    key: "pulse_ingest_interval",
    env: "REVERB_PULSE_INGEST_INTERVAL",
    kind: seconds,
    default: 15,
    unit: "seconds",
    description: "time between two reports to Laravel Pulse",
  }),
  strictApiAuthentication: setting({
    key: "strict_api_authentication",
    env: "REVERB_STRICT_API_AUTHENTICATION",
    kind: yesOrNo,
    default: true,
    ours: true,
    live: true,
    description:
      "whether API calls need the application's key and a time within 600 s; Reverb checks neither",
  }),
  maxBacklogBytes: setting({
    key: "max_backlog_bytes",
    env: "REVERB_MAX_BACKLOG_BYTES",
    kind: bytes,
    default: 1_048_576,
    unit: "bytes",
    ours: true,
    description: "what may wait for one slow client before it is closed",
  }),
  compression: setting({
    key: "compression",
    env: "REVERB_COMPRESSION",
    kind: compressionMode,
    default: "off",
    ours: true,
    description: "whether messages are compressed for clients that can read them: `shared` or `dedicated`",
    see: "[Compression](compression.md)",
  }),
  reusePort: setting({
    key: "reuse_port",
    env: "REVERB_REUSE_PORT",
    flag: "--reuse-port",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "lets the next server listen on the port before this one stops",
    see: "[Handover](operations.md#handover-without-a-closed-port)",
  }),
  workers: setting({
    key: "workers",
    env: "REVERB_WORKERS",
    flag: "--workers <number>",
    kind: processCount,
    default: 1,
    ours: true,
    description: "server processes that share the port; `auto` for one a processor",
    see: "[Several processes](scaling.md#several-processes)",
  }),
  drainDelay: setting({
    key: "drain_delay",
    env: "REVERB_DRAIN_DELAY",
    kind: durationOrAuto(0, 600),
    default: "auto",
    ours: true,
    live: true,
    description:
      "seconds for which a stopping server goes on as before, so that load balancers notice the stop; `auto`: 1 where another node of the cluster can take the clients, else 0",
    see: "[Kubernetes](kubernetes.md)",
  }),
  drainSeconds: setting({
    key: "drain_seconds",
    env: "REVERB_DRAIN_SECONDS",
    kind: duration(0, 3_600),
    default: 3,
    unit: "seconds",
    ours: true,
    live: true,
    description: "time over which a graceful stop closes the clients that another server can take",
    see: "[The pace](operations.md#the-pace-of-going-and-coming)",
  }),
  welcomeRate: setting({
    key: "welcome_rate",
    env: "REVERB_WELCOME_RATE",
    kind: integer(0, 1_000_000, "a number of connections"),
    default: 3_000,
    ours: true,
    live: true,
    description:
      "new connections a second that an application's clients are greeted on; those beyond wait, 1.5 s at most; 0 for no limit",
    see: "[The pace](operations.md#the-pace-of-going-and-coming)",
  }),
  socketMode: setting({
    key: "socket_mode",
    env: "REVERB_SOCKET_MODE",
    kind: fileMode,
    default: "660",
    ours: true,
    description: "mode of the Unix socket's file, which decides who may use it",
  }),
  trustedProxies: setting({
    key: "trusted_proxies",
    env: "REVERB_TRUSTED_PROXIES",
    kind: addressList,
    default: [],
    ours: true,
    live: true,
    description:
      "proxies whose `X-Forwarded-For` is believed: addresses, ranges such as `10.0.0.0/8`, and `unix` for a Unix socket; a comma list in the environment",
  }),
  ...monitoringSettings,
  cacheMaxEvents: setting({
    key: "cache_max_events",
    env: "REVERB_CACHE_MAX_EVENTS",
    kind: count,
    default: 10_000,
    ours: true,
    description: "events kept for cache channels; the oldest are dropped first",
  }),
  cacheMaxBytes: setting({
    key: "cache_max_bytes",
    env: "REVERB_CACHE_MAX_BYTES",
    kind: integer(1, Number.MAX_SAFE_INTEGER, "a number of bytes"),
    default: 67_108_864,
    unit: "bytes",
    ours: true,
    description: "memory that they may take together",
  }),
  ...dashboardSettings,
  soketi: soketiSettings,
  webhooks: webhookSettings,
};
