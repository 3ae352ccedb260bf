import { setting } from "./setting.ts";
import { duration, yesOrNo } from "../kinds/value-kind.ts";

/** Events that Laravel appends to Redis Streams in place of an API call: `stream` of the server. Their Redis is that of `scaling.server`. */
export const streamSettings = {
  enabled: setting({
    key: "stream.enabled",
    env: "REVERB_STREAM_ENABLED",
    kind: yesOrNo,
    default: false,
    ours: true,
    description:
      "whether events are read from Redis Streams too, which Laravel's connection `resound-stream` appends to",
    see: "[Events through Redis](laravel.md#events-through-redis)",
  }),
  leaseSeconds: setting({
    key: "stream.lease_seconds",
    env: "REVERB_STREAM_LEASE_SECONDS",
    kind: duration(0.5, 3_600),
    default: 5,
    unit: "seconds",
    ours: true,
    description: "how long the owner of a stream may be silent before another server reads on",
  }),
  startDelay: setting({
    key: "stream.start_delay",
    env: "REVERB_STREAM_START_DELAY",
    kind: duration(0, 3_600),
    default: 3,
    unit: "seconds",
    ours: true,
    description:
      "how long events that have waited for a server are held back after its start, so that clients are back when they are delivered",
  }),
};
