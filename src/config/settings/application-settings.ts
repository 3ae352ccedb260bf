import { publicHostName } from "../kinds/address-kind.ts";
import { originPatterns } from "../kinds/origin-kind.ts";
import { idempotencySettings } from "./idempotency-settings.ts";
import { recoverySettings } from "./recovery-settings.ts";
import { setting } from "./setting.ts";
import {
  bytes,
  clientEventSenders,
  count,
  identifier,
  oneOf,
  remotePort,
  seconds,
  secretText,
  yesOrNo,
} from "../kinds/value-kind.ts";
import { PUSHER_WEBHOOK_EVENTS } from "../kinds/webhook-event-name.ts";
import { webhookEvents, webhookTargets } from "../kinds/webhook-kind.ts";

/** Settings of one application: in an entry of `apps.apps` in `config/reverb.php`, below `[[apps.apps]]` or `[[apps]]` in TOML. */
export const applicationSettings = {
  id: setting({
    key: "app_id",
    env: "REVERB_APP_ID",
    kind: identifier,
    default: "",
    required: true,
    description: "names the application in API calls",
  }),
  key: setting({
    key: "key",
    env: "REVERB_APP_KEY",
    kind: identifier,
    default: "",
    required: true,
    description: "names it to clients",
  }),
  secret: setting({
    key: "secret",
    env: "REVERB_APP_SECRET",
    kind: secretText,
    default: "",
    required: true,
    description: "signs subscriptions and API calls",
  }),
  enabled: setting({
    key: "enabled",
    env: "REVERB_APP_ENABLED",
    kind: yesOrNo,
    default: true,
    ours: true,
    description:
      "whether the application is served; the clients of one that is not are closed (4003), its API calls answered with 403",
  }),
  allowedOrigins: setting({
    key: "allowed_origins",
    env: "REVERB_APP_ALLOWED_ORIGINS",
    // The name in public applications whose config file asks for one.
    alias: "REVERB_ALLOWED_ORIGINS",
    kind: originPatterns,
    default: ["*"],
    description:
      "origins of browsers: host names, or `scheme://host`, or `host:port`; `*` stands for any text; a comma list in the environment, also as `REVERB_ALLOWED_ORIGINS`",
  }),
  pingInterval: setting({
    key: "ping_interval",
    env: "REVERB_APP_PING_INTERVAL",
    kind: seconds,
    default: 60,
    unit: "seconds",
    description:
      "a client is pinged after five sixths of it in silence, and closed (4201) when it does not answer for the whole of it",
  }),
  activityTimeout: setting({
    key: "activity_timeout",
    env: "REVERB_APP_ACTIVITY_TIMEOUT",
    kind: seconds,
    default: 30,
    unit: "seconds",
    description: "how long a client waits before it pings; sent to it when it connects",
  }),
  maxConnections: setting({
    key: "max_connections",
    env: "REVERB_APP_MAX_CONNECTIONS",
    kind: count,
    default: undefined,
    description: "connections at once; more are refused (4004)",
    defaultText: "no limit",
  }),
  maxConnectionsPerAddress: setting({
    key: "max_connections_per_address",
    env: "REVERB_APP_MAX_CONNECTIONS_PER_ADDRESS",
    kind: count,
    default: undefined,
    ours: true,
    description:
      "connections of one address (of IPv6, of one /64 network) at once in one server process; more are refused (4100); clients behind one NAT share an address",
    see: "[Limits](production.md#limits)",
    defaultText: "no limit",
  }),
  maxApiCallsPerSecond: setting({
    key: "max_api_calls_per_second",
    env: "REVERB_APP_MAX_API_CALLS_PER_SECOND",
    kind: count,
    default: undefined,
    ours: true,
    description:
      "signed API calls a second on all nodes together; more are answered with 429 and `Retry-After`",
    see: "[Limits](production.md#limits)",
    defaultText: "no limit",
  }),
  maxClientEventsPerSecond: setting({
    key: "max_client_events_per_second",
    env: "REVERB_APP_MAX_CLIENT_EVENTS_PER_SECOND",
    kind: count,
    default: undefined,
    ours: true,
    description: "client events a second of one connection; more are refused (4301), and the client stays",
    defaultText: "no limit",
  }),
  signInSeconds: setting({
    key: "sign_in_seconds",
    env: "REVERB_APP_SIGN_IN_SECONDS",
    kind: seconds,
    default: undefined,
    unit: "seconds",
    ours: true,
    description:
      "time within which a client must sign in as a user, or be on a private or presence channel; one that is not is closed (4009)",
    defaultText: "no limit",
  }),
  maxMessageSize: setting({
    key: "max_message_size",
    env: "REVERB_APP_MAX_MESSAGE_SIZE",
    kind: bytes,
    default: 10_000,
    unit: "bytes",
    description: "largest message of a client; a larger one closes it (1009)",
  }),
  acceptClientEventsFrom: setting({
    key: "accept_client_events_from",
    env: "REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM",
    kind: clientEventSenders,
    default: "members",
    defaultInPhp: "all",
    // Reverb takes no client events when the value is neither "all" nor "members".
    whenEmpty: "none",
    description:
      "who may send client events: `all`, `members` of the channel, `none`; `all` where a `config/reverb.php` lacks the key, as in Reverb",
  }),
  rateLimiting: {
    enabled: setting({
      key: "rate_limiting.enabled",
      env: "REVERB_APP_RATE_LIMITING_ENABLED",
      kind: yesOrNo,
      default: false,
      description: "whether each connection's messages are limited",
    }),
    maxAttempts: setting({
      key: "rate_limiting.max_attempts",
      env: "REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS",
      kind: count,
      default: 60,
      description: "messages within the window",
    }),
    decaySeconds: setting({
      key: "rate_limiting.decay_seconds",
      env: "REVERB_APP_RATE_LIMIT_DECAY_SECONDS",
      kind: seconds,
      default: 60,
      unit: "seconds",
      description: "length of the window",
    }),
    terminateOnLimit: setting({
      key: "rate_limiting.terminate_on_limit",
      env: "REVERB_APP_RATE_LIMIT_TERMINATE",
      kind: yesOrNo,
      default: false,
      description: "whether the connection is closed (4100) after the error",
    }),
  },
  maxChannelsPerConnection: setting({
    key: "max_channels_per_connection",
    env: "REVERB_APP_MAX_CHANNELS_PER_CONNECTION",
    kind: count,
    default: 500,
    ours: true,
    description: "channels that one connection may be subscribed to",
  }),
  maxChannels: setting({
    key: "max_channels",
    env: "REVERB_APP_MAX_CHANNELS",
    kind: count,
    default: 250_000,
    ours: true,
    description: "public channels at once in one server process, and as many private and presence channels",
    see: "[Limits](production.md#limits)",
  }),
  maxChannelBytes: setting({
    key: "max_channel_bytes",
    env: "REVERB_APP_MAX_CHANNEL_BYTES",
    kind: bytes,
    default: 33_554_432,
    ours: true,
    unit: "bytes",
    description: "the names of these channels together, as UTF-8",
  }),
  maxChannelNameLength: setting({
    key: "max_channel_name_length",
    env: "REVERB_APP_MAX_CHANNEL_NAME_LENGTH",
    kind: count,
    default: 200,
    ours: true,
    unit: "characters",
    description:
      "longest channel name that a client may subscribe to; API calls may name longer ones, as in Reverb",
  }),
  maxChannelsPerEvent: setting({
    key: "max_channels_per_event",
    env: "REVERB_APP_MAX_CHANNELS_PER_EVENT",
    kind: count,
    default: 1_000,
    ours: true,
    description: "channels that one API event may name",
  }),
  maxEventsPerBatch: setting({
    key: "max_events_per_batch",
    env: "REVERB_APP_MAX_EVENTS_PER_BATCH",
    kind: count,
    default: 1_000,
    ours: true,
    description: "events in one `batch_events` call",
  }),
  subscriptionCount: setting({
    key: "subscription_count",
    env: "REVERB_APP_SUBSCRIPTION_COUNT",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether subscribers of a channel are sent how many they are",
  }),
  webhooks: setting({
    key: "webhooks",
    env: "REVERB_WEBHOOK_URL",
    kind: webhookTargets,
    default: [],
    ours: true,
    description: "URLs to which events of the channels are sent; the variable is for one application",
    see: "[Webhooks](webhooks.md)",
  }),
  webhookEvents: setting({
    key: "webhook_events",
    env: "REVERB_WEBHOOK_EVENTS",
    kind: webhookEvents,
    default: PUSHER_WEBHOOK_EVENTS,
    ours: true,
    description:
      "events that are sent where an entry of `webhooks` names none; Pusher's own are the first seven",
    see: "[Events](webhooks.md#events)",
    defaultText: "Pusher's own",
  }),
  idempotency: idempotencySettings,
  recovery: recoverySettings,
};

/**
 * Where clients go: an entry's `options`, which tell Laravel's own client how to reach the server. The server itself does not read
 * them; `resound doctor` does, to go there as a client would.
 */
export const publicSettings = {
  host: setting({
    key: "options.host",
    env: "REVERB_HOST",
    kind: publicHostName,
    default: "",
    description: "host that clients connect to",
  }),
  port: setting({
    key: "options.port",
    env: "REVERB_PORT",
    kind: remotePort,
    default: 443,
    description: "port that clients connect to",
  }),
  scheme: setting({
    key: "options.scheme",
    env: "REVERB_SCHEME",
    kind: oneOf("http", "https"),
    default: "https",
    description: "`https` for wss, `http` for ws",
  }),
};
