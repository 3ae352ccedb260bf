import { keyPrefix } from "../kinds/redis-kind.ts";
import { setting } from "./setting.ts";
import { duration, integer, plainText, yesOrNo } from "../kinds/value-kind.ts";

/** How the nodes of a cluster work together: `scaling` of the server. Where their Redis is stands in redis-settings.ts. */
export const scalingSettings = {
  enabled: setting({
    key: "scaling.enabled",
    env: "REVERB_SCALING_ENABLED",
    kind: yesOrNo,
    default: false,
    description: "whether all nodes on one Redis are one server",
    see: "[Scaling](scaling.md)",
  }),
  channel: setting({
    key: "scaling.channel",
    env: "REVERB_SCALING_CHANNEL",
    kind: plainText,
    default: "reverb",
    description:
      "Reverb's own Redis channel; only with `scaling.mixed` is anything sent there, but its name tells apart installations that share a Redis",
  }),
  mixed: setting({
    key: "scaling.mixed",
    env: "REVERB_SCALING_MIXED",
    kind: yesOrNo,
    default: false,
    ours: true,
    description: "whether events are passed to and from PHP nodes of Laravel Reverb on the same Redis",
    see: "[A fleet that is half Reverb](from-reverb.md#a-fleet-that-is-half-reverb)",
  }),
  prefix: setting({
    key: "scaling.prefix",
    env: "REVERB_SCALING_PREFIX",
    kind: keyPrefix,
    default: undefined,
    ours: true,
    description: "begins every key and channel of Resound in Redis",
    defaultText: "`resound:`, the channel, `:`",
  }),
  required: setting({
    key: "scaling.required",
    env: "REVERB_SCALING_REQUIRED",
    kind: yesOrNo,
    default: false,
    ours: true,
    description:
      "whether a Redis that cannot be used at start ends the start; without it the server starts alone and joins the others later",
  }),
  leaseSeconds: setting({
    key: "scaling.lease_seconds",
    env: "REVERB_SCALING_LEASE_SECONDS",
    kind: duration(2, 3_600),
    default: 15,
    unit: "seconds",
    ours: true,
    description: "how long a node may be silent before the others remove its members",
  }),
  commandTimeout: setting({
    key: "scaling.command_timeout",
    env: "REVERB_SCALING_COMMAND_TIMEOUT",
    kind: duration(0.1, 60),
    default: 2,
    unit: "seconds",
    ours: true,
    description:
      "how long Redis may take for an answer before it counts as away; calls and clients that need one wait half as long, a second at least",
  }),
  queueMaxEvents: setting({
    key: "scaling.queue_max_events",
    env: "REVERB_SCALING_QUEUE_MAX_EVENTS",
    kind: integer(0, 10_000_000),
    default: 10_000,
    ours: true,
    description:
      "events for the other nodes that wait while Redis is away; the oldest are dropped and counted",
  }),
  queueMaxBytes: setting({
    key: "scaling.queue_max_bytes",
    env: "REVERB_SCALING_QUEUE_MAX_BYTES",
    kind: integer(0, 1_073_741_824, "a number of bytes"),
    default: 16_777_216,
    unit: "bytes",
    ours: true,
    description: "memory that they may take together",
  }),
  queueMaxSeconds: setting({
    key: "scaling.queue_max_seconds",
    env: "REVERB_SCALING_QUEUE_MAX_SECONDS",
    kind: duration(0, 3_600),
    default: 30,
    unit: "seconds",
    ours: true,
    description: "how old one may become before it is dropped",
  }),
  interestLingerSeconds: setting({
    key: "scaling.interest_linger_seconds",
    env: "REVERB_SCALING_INTEREST_LINGER_SECONDS",
    kind: duration(0, 3_600),
    default: 2,
    unit: "seconds",
    ours: true,
    description: "how long a node goes on listening to a channel after its last subscriber has left",
  }),
};
