import { expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "../../support/redis-server.ts";
import type { RespValue } from "../../support/resp-connection.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { pulseFiles } from "../../support/pulse-configuration.ts";

const noRedis = skipWhen(!HAS_REDIS, NO_REDIS);
const noPhp = noRedis || skipWhen(Bun.which("php") === null, "php is not installed");

/** Pulse's stream, with the prefix that Laravel makes of the application's name. */
const STREAM = "laravel-database-laravel:pulse:ingest";

function environment(redis: RedisServer): string {
  return `PULSE_INGEST_DRIVER=redis\nREDIS_PORT=${redis.port}\nREDIS_PASSWORD=s3cret`;
}

async function exchange(server: RunningServer, messages: number): Promise<void> {
  await using client = await connect(server);
  await client.established();
  for (let n = 0; n < messages; n++) client.send({ event: "pusher:ping", data: {} });
  for (let n = 0; n < messages; n++) await client.next();
}

/** The values of the field `data`, oldest first. */
async function entries(redis: RedisServer): Promise<readonly string[]> {
  const stream = await redis.command("XRANGE", STREAM, "-", "+") as readonly [string, readonly RespValue[]][];
  return stream.map(([, [field, value]]) => {
    expect(field).toBe("data");
    return String(value);
  });
}

/** What PHP reads them as, with a class that has the shape of Pulse's. */
function readByPhp(serialized: readonly string[]): unknown {
  const code = `namespace Laravel\\Pulse;
    class Entry {
      protected array $aggregations = [];
      protected bool $onlyBuckets = false;
      public function __construct(public int $timestamp, public string $type, public string $key, public ?int $value = null) {}
      public function described(): array { return [get_object_vars($this), array_key_exists('aggregations', (array) $this)]; }
    }
    error_reporting(E_ALL);
    set_error_handler(fn (...$error) => throw new \\Exception($error[1]));
    echo json_encode(array_map(
      fn ($data) => unserialize($data, ['allowed_classes' => [Entry::class]])->described(),
      json_decode(stream_get_contents(STDIN)),
    ));`;
  const { stdout, stderr, exitCode } = Bun.spawnSync(["php", "-r", code], {
    stdin: Buffer.from(JSON.stringify(serialized)),
  });
  expect({ exitCode, stderr: stderr.toString() }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout.toString());
}

test.skipIf(noPhp)(
  "each message is an entry on Pulse's stream, and unserialize() gives Pulse's object back",
  async () => {
    await using redis = await startRedis({ password: "s3cret" });
    const before = Math.floor(Date.now() / 60_000) * 60;
    const server = await startServer({
      files: pulseFiles(
        `${environment(redis)}\nREVERB_APP_ID=größe\nREVERB_APP_KEY=app-key\nREVERB_APP_SECRET=s`,
      ),
      env: { REVERB_PULSE_INGEST_INTERVAL: "1" },
    });
    await exchange(server, 2);
    await eventually(() => redis.command("XLEN", STREAM), (count) => count === 5);
    expect(await server.stop()).toBe(0);
    expect(server.output.stderr).toEqual([]);

    const read = readByPhp(await entries(redis)) as [{ timestamp: number; type: string }, boolean][];
    const types = read.map(([{ type }]) => type).toSorted();
    expect(types).toEqual([
      ...Array.from({ length: 2 }, () => "reverb_message:received"),
      ...Array.from({ length: 3 }, () => "reverb_message:sent"),
    ]);
    for (const [entry, isPublic] of read) {
      expect(entry).toMatchObject({ aggregations: ["count"], onlyBuckets: true, key: "größe", value: null });
      expect(entry.timestamp).toBeWithin(before, before + 600);
      expect(isPublic).toBe(false);
    }
  },
);

test.skipIf(noRedis)("the recorder's sample rate leaves messages out", async () => {
  await using redis = await startRedis({ password: "s3cret" });
  const server = await startServer({
    files: pulseFiles(`${environment(redis)}\nMESSAGES_SAMPLE_RATE=0.1`),
    env: { REVERB_PULSE_INGEST_INTERVAL: "1" },
  });
  await exchange(server, 100);
  // 100 received and 101 sent; how the fractions fall is chance, once for each look.
  await eventually(() => redis.command("XLEN", STREAM), (count) => Number(count) >= 14);
  expect(await server.stop()).toBe(0);
  expect((await entries(redis)).length).toBeWithin(14, 28);
});

test.skipIf(noRedis)(
  "a Redis that went away is one warning; what came meanwhile is entered later",
  async () => {
    await using redis = await startRedis({ password: "s3cret" });
    const server = await startServer({
      files: pulseFiles(environment(redis)),
      env: { REVERB_PULSE_INGEST_INTERVAL: "1" },
    });
    await redis.kill();
    await exchange(server, 3);
    const line = await server.output.waitFor("Cannot write message counts");
    expect(line).toContain(`to Redis at 127.0.0.1:${redis.port}: connect ECONNREFUSED`);
    await exchange(server, 2);
    await redis.start();
    await server.output.waitFor("Laravel Pulse gets its message counts again");
    await eventually(() => redis.command("XLEN", STREAM), (count) => count === 5 + 7);
    expect(await server.stop()).toBe(0);
    expect(await entries(redis)).toHaveLength(5 + 7);
    expect(server.output.text().match(/Cannot write message counts/g)).toHaveLength(1);
    expect(server.output.text()).not.toContain("s3cret");
  },
);

test.skipIf(noRedis)("the stream is trimmed as config/pulse.php says", async () => {
  await using redis = await startRedis({ password: "s3cret" });
  const server = await startServer({
    files: pulseFiles(`${environment(redis)}\nPULSE_INGEST_KEEP="1 second"`),
    env: { REVERB_PULSE_INGEST_INTERVAL: "1" },
  });
  await redis.command("XADD", STREAM, "1-1", "data", "old");
  await exchange(server, 1);
  // A stop waits three seconds for Redis at most, which a busy machine may take.
  await eventually(() => entries(redis), (all) => all.filter((data) => data !== "old").length === 3);
  expect(await server.stop()).toBe(0);
  // Redis trims whole nodes of a stream only ("~"), so what it leaves of a short one is its own affair; it must not fail.
  expect((await entries(redis)).length).toBeWithin(3, 5);
});
