import type { Config } from "../config/config.ts";
import { databasePlace } from "../config/laravel/database-config.ts";
import { redisPlace } from "../redis/redis-place.ts";
import { type CheckLine, ok, warning } from "./check-line.ts";

/** Reports where message counts for Laravel Pulse go; no line where Pulse is not installed or does not record them. */
export function* checkPulse({ pulse, server }: Pick<Config, "pulse" | "server">): Generator<CheckLine> {
  switch (pulse.kind) {
    case "off":
      return;
    case "unsupported":
      yield warning(
        "pulse",
        `its messages card gets no messages, because ${pulse.reason}`,
        "Correct it, or turn the counts off (REVERB_PULSE_ENABLED=false)",
      );
      return;
    case "on": {
      const { target } = pulse, every = `every ${server.pulseIngestInterval} s`;
      yield ok(
        "pulse",
        target.kind === "database"
          ? `messages are counted into ${target.table} of ${databasePlace(target.connection)} ${every}`
          : `messages are entered on the stream ${target.stream} of Redis at ${
            redisPlace(target.connection)
          } ${every}, for \`php artisan pulse:work\``,
      );
    }
  }
}
