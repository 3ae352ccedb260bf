import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { on, runDoctor } from "../../support/doctor-report.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { eventually } from "../../support/eventually.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { useServer } from "../../support/use-server.ts";

// The way of an event inside the Laravel application: its broadcasting, its queue and its front end.

const server = useServer();
const { id, key, secret } = TEST_APPLICATION;

/** A table `jobs` as Laravel's migration makes it, with one job that waits on each of these queues. */
function jobsTable(queues: readonly string[]): string {
  const path = join(temporaryDirectory(), "database.sqlite"), now = Math.floor(Date.now() / 1000);
  using database = new Database(path);
  database.run(
    "create table jobs (id integer primary key, queue varchar not null, payload text not null, attempts integer not null, " +
      "reserved_at integer, available_at integer not null, created_at integer not null)",
  );
  const insert = database.query("insert into jobs values (null, ?, ?, 0, ?, ?, ?)");
  const payload = JSON.stringify({ data: { commandName: "Illuminate\\Broadcasting\\BroadcastEvent" } });
  for (const queue of queues) insert.run(queue, payload, null, now - 60, now - 60);
  // One that a worker has taken, and one that is meant for later.
  insert.run("default", payload, now, now - 60, now - 60);
  insert.run("default", payload, null, now + 3600, now);
  return path;
}

/** What Vite makes of Laravel's `echo.js`. */
const script = (key: string, port: number): string =>
  `window.Echo=new E({broadcaster:"reverb",key:"${key}",wsHost:"127.0.0.1",wsPort:"${port}",wssPort:"${port}",forceTLS:!1})`;

/** Laravel's file with a connection that calls the server under another name than `REVERB_HOST`. */
const broadcasting = (port: number): string =>
  `<?php return ['default' => env('BROADCAST_CONNECTION', 'null'), 'connections' => ['reverb' => [
    'driver' => 'reverb', 'key' => '${key}', 'secret' => env('REVERB_APP_SECRET'), 'app_id' => '${id}',
    'options' => ['host' => 'localhost', 'port' => ${port}, 'scheme' => 'http', 'useTLS' => false],
  ]]];`;

test("a Laravel application that is set up correctly has only lines that are ok", async () => {
  const { port } = server, onDeno = serverTarget() === "deno", table = jobsTable([]);
  const result = await runDoctor({
    port,
    publicPort: port,
    env: {
      QUEUE_CONNECTION: "database",
      DB_DATABASE: table,
      VITE_REVERB_APP_KEY: key,
      VITE_REVERB_HOST: "127.0.0.1",
      VITE_REVERB_PORT: String(port),
      VITE_REVERB_SCHEME: "http",
    },
    files: {
      "config/broadcasting.php": broadcasting(port),
      "public/build/assets/app.js": script(key, port),
      "public/build/assets/old.js": script("old", 1),
      "public/build/manifest.json": JSON.stringify({ "resources/js/app.js": { file: "assets/app.js" } }),
    },
  });
  expect(result.code).toBe(0);
  expect(on("laravel", result)).toEqual(["ok: the application broadcasts on the connection reverb."]);
  expect(on("queue", result)).toEqual([
    onDeno
      ? expect.stringMatching(/^skipped: .*`php artisan queue:work` must run/)
      : "ok: events wait on the queue connection database (environment variable QUEUE_CONNECTION), so " +
        `\`php artisan queue:work\` must run; no job waits in jobs of ${table}.`,
  ]);
  expect(on("public /apps", result)).toEqual([
    `ok: http://localhost:${port}/apps accepts calls signed by application ${id}, as PHP calls it ` +
    "(config/broadcasting.php:3 connections.reverb.options.host).",
  ]);
  expect(on("front end", result)).toEqual([
    `ok: public/build/assets/app.js was built with the key of application ${id}.`,
  ]);
});

test("waiting jobs, another secret and another address in the scripts are named, and no secret is", async () => {
  const { port } = server;
  const result = await runDoctor({
    port,
    publicPort: port,
    env: { DB_DATABASE: jobsTable(["default", "default", "mails"]), REVERB_APP_SECRET: secret },
    files: {
      "config/reverb.php":
        `<?php return ['apps' => ['apps' => [['app_id' => '${id}', 'key' => '${key}', 'secret' => '${secret}']]]];`,
      "config/broadcasting.php": broadcasting(1).replace("env('REVERB_APP_SECRET')", "'hunter2'"),
      "config/queue.php": "<?php return ['default' => env('QUEUE_CONNECTION', 'database')];",
      "public/build/assets/app.js": script("old", 1),
      "public/hot": "http://localhost:5173",
    },
  });
  expect(result.code).toBe(1);
  expect(on("laravel", result)).toEqual([
    `error: config/broadcasting.php:2 connections.reverb.secret is another one than that of application ${id} here: ` +
    "PHP's calls are refused. Write the same credentials in config/broadcasting.php and config/reverb.php.",
  ]);
  if (serverTarget() !== "deno") {
    expect(on("queue", result)).toEqual([
      expect.stringMatching(
        /^warning: .* database \(config\/queue\.php:1 default\), so `php artisan queue:work` must run; 3 jobs wait \(3 of them are events\) in jobs of \S+, on the queue "default", "mails", the oldest for \d+ s\. /,
      ),
    ]);
  }
  expect(on("public /apps", result)).toEqual([
    expect.stringMatching(
      /^error: PHP sends events to http:\/\/localhost:1 \(config\/broadcasting\.php:3 \S+\), which cannot be reached: nothing listens there\./,
    ),
  ]);
  expect(on("front end", result)).toEqual([
    expect.stringMatching(/^warning: public\/hot is there/),
    "error: public/build/assets/app.js was built with the key old, which no application here has: browsers are refused " +
    "with 4001. Build the front end again (`npm run build`).",
    "error: public/build/assets/app.js sends browsers to ws://127.0.0.1:1: http://127.0.0.1:1/app opens no WebSocket: " +
    "nothing listens there. Build the front end again (`npm run build`).",
  ]);
  expect(result.stdout.join("\n")).not.toContain("hunter2");
  expect(result.stdout.join("\n")).not.toContain(secret);
});

test("pages on https, and a host that is each visitor's own machine", async () => {
  const { port } = server, places = "environment variable VITE_REVERB_HOST sends browsers to";
  const result = await runDoctor({
    port,
    publicPort: port,
    env: {
      APP_URL: "https://shop.example",
      VITE_REVERB_HOST: "127.0.0.1",
      VITE_REVERB_PORT: String(port),
      VITE_REVERB_SCHEME: "http",
    },
  });
  expect(result.code).toBe(1);
  expect(on("front end", result)).toEqual([
    "skipped: public/build is not here, so that the key and the address of the built scripts were not checked.",
    `warning: ${places} 127.0.0.1, which is each visitor's own machine, while APP_URL is shop.example. ` +
    "Correct VITE_REVERB_HOST, VITE_REVERB_PORT and VITE_REVERB_SCHEME, and build again.",
    expect.stringMatching(
      new RegExp(
        `^error: ${places} wss://127\\.0\\.0\\.1:${port}, as pages on https \\(APP_URL\\) allow no other: .* does not speak TLS\\.`,
      ),
    ),
  ]);
});

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("jobs that wait in Redis are counted", async () => {
  await using redis = await startRedis();
  await redis.command("RPUSH", "laravel-database-queues:default", "{}", "{}");
  const { port } = server;
  const result = await runDoctor({
    port,
    publicPort: port,
    env: { QUEUE_CONNECTION: "redis", ...redis.env },
  });
  expect(on("queue", result)).toEqual([
    expect.stringContaining(
      `2 jobs wait in the list laravel-database-queues:default of Redis at 127.0.0.1:${redis.port}, on the queue "default". `,
    ),
  ]);
});

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))(
  "events that Laravel appends to Redis have to be read, from the same Redis",
  async () => {
    await using redis = await startRedis();
    const { port } = server;
    const files = {
      "config/broadcasting.php": `<?php return ['default' => env('BROADCAST_CONNECTION'), 'connections' => [
        'reverb' => ['driver' => 'reverb', 'app_id' => '${id}', 'key' => '${key}', 'secret' => '${secret}'],
        'resound-stream' => ['driver' => 'resound-stream'],
      ]];`,
    };
    const streamed = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const all = { BROADCAST_CONNECTION: "resound-stream", ...redis.env, ...env };
      const result = await runDoctor({ port, publicPort: port, files, env: all });
      expect(on("laravel", result)[0]).toContain("broadcasts on the connection resound-stream");
      return on("streams", result);
    };
    expect(await streamed({})).toEqual([
      "error: the connection resound-stream appends events to Redis, and the server does not read them. " +
      "Set REVERB_STREAM_ENABLED=true and restart the server.",
    ]);
    await redis.command("XADD", "resound:reverb:stream:{3}:entries", "*", "app", id);
    const unread =
      "warning: no server reads the event streams, and one event waits. Start a server with `resound start`.";
    expect(await streamed({ REVERB_STREAM_ENABLED: "true" })).toEqual([unread]);
    const elsewhere = await streamed({
      REVERB_STREAM_ENABLED: "true",
      RESOUND_STREAM_CONNECTION: "cache",
      REDIS_CACHE_DB: "7",
    });
    expect(elsewhere).toEqual([
      expect.stringMatching(/^error: PHP appends to .*, database 7 .* the server reads from/),
      unread,
    ]);
    await using reader = await startServer({
      env: { ...redis.env, REVERB_STREAM_ENABLED: "true", REVERB_STREAM_START_DELAY: "0" },
    });
    await reader.output.waitFor(/Reads the event streams/);
    await eventually(async () => await redis.command("XLEN", "resound:reverb:stream:{3}:entries") === 0);
    expect(await streamed({ REVERB_STREAM_ENABLED: "true" })).toEqual([
      "ok: one server process reads the event streams, and nothing waits.",
    ]);
  },
);
