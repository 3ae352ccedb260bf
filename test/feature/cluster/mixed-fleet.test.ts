import { RedisClient } from "bun";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { ROOT, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";

const cannot = skipWhen(!HAS_REDIS, NO_REDIS) ||
  skipWhen(serverTarget() !== "bun", "a fleet with PHP nodes: tested on Bun, the runtime does not matter");

/** What Laravel Reverb wrote when the API was called with an event. */
function recorded(about: string): string {
  const lines = readFileSync(join(ROOT, "test/unit/cluster/mixed/reverb-messages.jsonl"), "utf8").split("\n");
  const line = lines.find((each) => each.startsWith(`{"about": "${about}"`));
  return (JSON.parse(line!) as { readonly message: string }).message;
}

/** Messages in the order in which they come. */
class Messages {
  readonly #waiting: string[] = [];
  #asks: ((message: string) => void) | undefined;

  add(message: string): void {
    if (this.#asks === undefined) this.#waiting.push(message);
    else this.#asks(message);
    this.#asks = undefined;
  }

  /** The next one; the test's own time is its limit. */
  next(): Promise<string> {
    const first = this.#waiting.shift();
    return first === undefined ? new Promise((resolve) => this.#asks = resolve) : Promise.resolve(first);
  }
}

test.skipIf(cannot)(
  "events pass to and from PHP nodes on the same Redis, and their questions are answered",
  async () => {
    await using redis = await startRedis();
    await using server = await startServer({
      env: { ...redis.env, REVERB_SCALING_ENABLED: "true", REVERB_SCALING_MIXED: "true" },
    });
    await server.output.waitFor(/Passes events to and from the PHP nodes of the channel reverb/);
    await using peer = await Peer.connect(server);
    await peer.subscribed("orders");

    await redis.command("PUBLISH", "reverb", recorded("event"));
    const event = await peer.nextEvent("App\\Events\\OrderShipped");
    expect([event.channel, JSON.parse(String(event.data))]).toEqual([
      "orders",
      { order: "12345678901234567890", name: 'Zoë / "q"' },
    ]);

    // As a PHP node listens.
    const php = new RedisClient(`redis://127.0.0.1:${redis.port}`), messages = new Messages();
    await php.subscribe("reverb", (message) => messages.add(message));
    await new ApiClient(server).trigger("orders", "ours", "d");
    expect(JSON.parse(await messages.next())).toMatchObject({
      type: "message",
      payload: { event: "ours", data: "d", channel: "orders" },
    });
    expect(await peer.nextEvent("ours")).toMatchObject({ data: "d" });

    await redis.command("PUBLISH", "reverb", recorded("channel"));
    // The question itself comes first.
    await messages.next();
    expect(JSON.parse(await messages.next())).toMatchObject({
      payload: { occupied: true, subscription_count: 1 },
    });
    php.close();
  },
);
