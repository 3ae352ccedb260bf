import { setting } from "./setting.ts";
import { bytes, count, duration, integer, oneOf, seconds, yesOrNo } from "../kinds/value-kind.ts";
import { channelPatterns, retentionRules } from "../kinds/recovery-kind.ts";

const see = "[Recovery](recovery.md)";

/** What an application's clients get again that they have missed: `recovery` of an application. */
export const recoverySettings = {
  enabled: setting({
    key: "recovery.enabled",
    env: "REVERB_APP_RECOVERY_ENABLED",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether a client that was cut off is sent what it has missed, when it comes back",
    see,
  }),
  channels: setting({
    key: "recovery.channels",
    env: "REVERB_APP_RECOVERY_CHANNELS",
    kind: channelPatterns,
    default: ["*"],
    ours: true,
    description:
      "channels whose events are sent again; `*` stands for any text; a comma list in the environment",
  }),
  seconds: setting({
    key: "recovery.seconds",
    env: "REVERB_APP_RECOVERY_SECONDS",
    kind: seconds,
    default: 120,
    unit: "seconds",
    ours: true,
    description: "how long a client may be away",
  }),
  maxEvents: setting({
    key: "recovery.max_events",
    env: "REVERB_APP_RECOVERY_MAX_EVENTS",
    kind: count,
    default: 1_000,
    ours: true,
    description: "last events that are kept of one channel",
  }),
  maxBytes: setting({
    key: "recovery.max_bytes",
    env: "REVERB_APP_RECOVERY_MAX_BYTES",
    kind: bytes,
    default: 67_108_864,
    unit: "bytes",
    ours: true,
    description: "memory of one server process for the events and places of all channels",
    see: "[How to size the log](recovery.md#how-to-size-the-log)",
  }),
  acknowledgeEvery: setting({
    key: "recovery.acknowledge_every",
    env: "REVERB_APP_RECOVERY_ACKNOWLEDGE_EVERY",
    kind: integer(1, 10_000, "a whole number of milliseconds"),
    default: 20,
    unit: "milliseconds",
    ours: true,
    description: "how long after an event a client is asked what has arrived",
  }),
  acknowledge: setting({
    key: "recovery.acknowledge",
    env: "REVERB_APP_RECOVERY_ACKNOWLEDGE",
    kind: oneOf("ping", "pusher"),
    default: "ping",
    ours: true,
    description:
      "how it is asked: with a WebSocket `ping`, or with `pusher:ping` (`pusher`), at most once a second, for gateways that answer WebSocket pings themselves",
  }),
  holdSeconds: setting({
    key: "recovery.hold_seconds",
    env: "REVERB_APP_RECOVERY_HOLD_SECONDS",
    kind: duration(0, 300),
    default: 15,
    unit: "seconds",
    ours: true,
    description: "how long a member of a presence channel keeps its place after its connection was cut",
  }),
  rewind: setting({
    key: "recovery.rewind",
    env: "REVERB_APP_RECOVERY_REWIND",
    kind: retentionRules,
    default: [],
    ours: true,
    description:
      "channels whose last events a new subscriber is sent: tables with `channels`, `events` and `seconds`; in the environment `news:10:60,ai-*:100:120`",
    see: "[Rewind](recovery.md#rewind)",
  }),
  history: setting({
    key: "recovery.history",
    env: "REVERB_APP_RECOVERY_HISTORY",
    kind: retentionRules,
    default: [],
    ours: true,
    description: "channels whose last events the API can read, written like `rewind`",
    see: "[History](recovery.md#history)",
  }),
};
