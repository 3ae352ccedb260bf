import { expect, test } from "bun:test";
import type { Config, PulseConfig } from "../../../src/config/config.ts";
import { checkPulse } from "../../../src/doctor/check-pulse.ts";
import { redisConfig } from "../../support/redis-config.ts";

function lines(pulse: PulseConfig): readonly unknown[] {
  return [...checkPulse({ pulse, server: { pulseIngestInterval: 15 } as Config["server"] })];
}

test("where Pulse does not record messages there is no line", () => {
  expect(lines({ kind: "off" })).toEqual([]);
});

test("the line names where messages are counted", () => {
  const connection = { kind: "sqlite", path: "/site/pulse.sqlite" } as const;
  const table = "pulse_aggregates";
  expect(lines({ kind: "on", sampleRate: 1, target: { kind: "database", connection, table } })).toEqual([{
    level: "ok",
    subject: "pulse",
    found: "messages are counted into pulse_aggregates of /site/pulse.sqlite every 15 s",
  }]);
  const stream = "shop:laravel:pulse:ingest";
  const redis = redisConfig({ host: "redis.test", port: 6379 });
  expect(
    lines({
      kind: "on",
      sampleRate: 1,
      target: { kind: "redis", connection: redis, stream, trim: { kind: "none" } },
    }),
  ).toMatchObject([{
    level: "ok",
    found: expect.stringMatching(
      /^messages are entered on the stream shop:laravel:pulse:ingest of .*redis\.test:6379 every/,
    ),
  }]);
});

test("the reason why Pulse gets no messages is a warning with a remedy", () => {
  expect(lines({ kind: "unsupported", reason: "of a reason" })).toEqual([{
    level: "warning",
    subject: "pulse",
    found: "its messages card gets no messages, because of a reason",
    remedy: "Correct it, or turn the counts off (REVERB_PULSE_ENABLED=false)",
  }]);
});
