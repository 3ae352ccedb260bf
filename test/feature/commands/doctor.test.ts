import { describe, expect, test } from "bun:test";
import { startWithDashboard } from "../../support/dashboard-client.ts";
import { freePort } from "../../support/free-port.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type DoctorRun, linesOf, on, runDoctor } from "../../support/doctor-report.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";
import { AnsweringReceiver } from "../../support/answering-receiver.ts";
import { startHalfProxy } from "../../support/half-proxy.ts";
import { startServer } from "../../support/start-server.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();

const examine = (
  publicPort: number,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<FinishedRun> => runDoctor({ port: server.port, publicPort, env, files });

test("a server that is set up correctly has only lines that are ok, and the exit code is 0", async () => {
  const run = await examine(server.port), url = `http://127.0.0.1:${server.port}`;
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: [] });
  expect(run.stdout.slice(0, 8)).toEqual([
    "ok       configuration  the environment: one application.",
    "ok       laravel        the application broadcasts on the connection reverb.",
    `ok       port           a server answers at ${url}/up.`,
    `ok       api            ${url} accepts calls signed by application app-id.`,
    `ok       public         ${url} answers (environment variable REVERB_HOST).`,
    `ok       public /apps   ${url}/apps accepts calls signed by application app-id.`,
    `ok       public /app    ${url}/app connects clients of application app-id.`,
    "ok       clock          this machine's clock and that of 127.0.0.1 agree.",
  ]);
  expect(run.stdout.join("\n")).not.toContain(TEST_APPLICATION.secret);
});

test("listeners of Reverb's own events are named, in the folders of the application's classes", async () => {
  const listener = (event: string): string => `<?php\nuse Laravel\\Reverb\\Events\\${event};\n`;
  const run = await examine(server.port, {}, {
    "app/Listeners/LogMessage.php": listener("MessageReceived"),
    "app/Listeners/notes.txt": listener("MessageSent"),
    "modules/Chat/Provider.php": listener("ChannelCreated"),
    "vendor/other/Listener.php": listener("MessageSent"),
    "composer.json": JSON.stringify({
      autoload: { "psr-4": { "App\\": "app/", "Modules\\": ["modules/"] } },
    }),
  });
  const why = "and Reverb's PHP events do not occur: no PHP process sees the clients";
  expect(on("events", run)).toEqual([
    `warning: app/Listeners/LogMessage.php:2 names Laravel\\Reverb\\Events\\MessageReceived, ${why}. ` +
    "Use the webhook client_event in its place, which comes for messages that are forwarded.",
    `warning: modules/Chat/Provider.php:2 names Laravel\\Reverb\\Events\\ChannelCreated, ${why}. ` +
    "Use the webhook channel_occupied in its place.",
  ]);
  expect(run.code).toBe(0);
});

test(
  "calls of 1 MiB and more wait where `Expect: 100-Continue` is not answered, as on Bun without a proxy",
  async () => {
    const env = { REVERB_MAX_REQUEST_SIZE: "2000000" };
    await using large = await startServer({ env });
    const waits = on("public /apps", await examine(large.port, env)).slice(1);
    expect(waits).toEqual(
      serverTarget() === "deno" ? [] : [
        "warning: Laravel waits a second before each call of 1 MiB and more: its HTTP client (Guzzle) asks with " +
        `"Expect: 100-Continue" whether it may send the body, and http://127.0.0.1:${large.port} does not answer that. ` +
        "Have Laravel call through a web server such as nginx, which answers it, or keep calls below 1 MiB.",
      ],
    );
  },
);

test("a proxy that passes on /apps and not /app is an error", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "refuse", apps: "pass" });
  const run = await examine(proxy.port), url = `http://127.0.0.1:${proxy.port}`;
  expect(run.code).toBe(1);
  expect(on("public /apps", run)).toEqual([`ok: ${url}/apps accepts calls signed by application app-id.`]);
  expect(on("public /app", run)).toEqual([
    `error: ${url}/app is answered with 404 by nginx and not by this server. ` +
    "Have the proxy pass on both /app and /apps (in nginx: location ~ ^/apps?/); here /app goes elsewhere.",
  ]);
  expect(run.stdout.at(-1)).toMatch(/^1 error, /);
});

test("a proxy that passes on /app and not /apps is an error", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "pass", apps: "refuse" });
  const run = await examine(proxy.port);
  expect(run.code).toBe(1);
  expect(on("public /app", run)[0]).toMatch(/^ok: /);
  expect(on("public /apps", run)[0]).toMatch(/^error: .* here \/apps goes elsewhere\.$/);
});

test("for a proxy that drops the upgrade the remedy is the lines that it needs", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "strip the upgrade", apps: "pass" });
  const run = await examine(proxy.port);
  expect(run.code).toBe(1);
  expect(on("public /app", run)[0]).toMatch(
    /is answered with 426: the request comes through without its upgrade\. .*proxy_set_header Upgrade \$http_upgrade/,
  );
});

test("an answer to the upgrade other than 101 is read from its head alone", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "fail", apps: "pass" });
  const run = await examine(proxy.port);
  expect(run.code).toBe(1);
  expect(on("public /app", run)[0]).toBe(
    `error: http://127.0.0.1:${proxy.port}/app is answered with 502 by nginx: the proxy does not reach the server. ` +
      "Start the server, and have the proxy pass on to where it listens (REVERB_SERVER_HOST, REVERB_SERVER_PORT).",
  );
});

test("a public address that never answers is an error after four seconds", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "say nothing", apps: "say nothing" });
  const run = await examine(proxy.port);
  expect(run.code).toBe(1);
  expect(on("public", run)).toEqual([
    `error: http://127.0.0.1:${proxy.port} cannot be reached: it takes the connection, and there is no answer within 4 s. ` +
    "Read the log of the proxy there: it waits for a server behind it. Have it pass on to where this one listens " +
    "(REVERB_SERVER_HOST, REVERB_SERVER_PORT), and restart what hangs.",
  ]);
});

test("a public address without TLS is an error where the scheme is https", async () => {
  const run = await examine(server.port, { REVERB_SCHEME: "https" });
  expect(run.code).toBe(1);
  expect(on("public", run)[0]).toMatch(/does not speak TLS\. Set REVERB_SCHEME=http/);
});

test("a port that expects TLS has another remedy than a port that leads elsewhere", async () => {
  await using proxy = await startHalfProxy(server.port, { app: "want TLS", apps: "want TLS" });
  const run = await examine(proxy.port);
  expect(run.code).toBe(1);
  expect(on("public", run)).toEqual([
    `error: http://127.0.0.1:${proxy.port} cannot be reached: what listens there expects TLS. Set REVERB_SCHEME=https.`,
  ]);
  expect(on("public /app", run)).toEqual([]);
});

test("a server that was started with other credentials is an error", async () => {
  const otherSecret = await examine(server.port, { REVERB_APP_SECRET: "another-secret" });
  expect(otherSecret.code).toBe(1);
  expect(on("api", otherSecret)[0]).toMatch(
    /^error: .*\(401: the secret or the key is another there\)\. Run `resound reload`/,
  );
  expect(on("public /app", otherSecret)[0]).toMatch(/^ok: /);
  expect(otherSecret.stdout.join("\n")).not.toContain("another-secret");

  const otherKey = await examine(server.port, { REVERB_APP_KEY: "other-key" });
  expect(on("public /app", otherKey)[0]).toMatch(
    /^error: .*does not know the key of application app-id \(4001\)/,
  );
  const otherId = await examine(server.port, { REVERB_APP_ID: "other-id" });
  expect(on("api", otherId)[0]).toMatch(/^error: .* does not know application other-id/);
});

test("a port that another server has is an error", async () => {
  await using stranger = await startHalfProxy(server.port, { app: "refuse", apps: "refuse" });
  const run = await runResound(["doctor", "--host", "127.0.0.1", "--port", String(stranger.port)]);
  expect(run.code).toBe(1);
  expect(on("port", run)).toEqual([
    `error: http://127.0.0.1:${stranger.port}/up answered 404 (nginx): what listens there is not Resound. ` +
    "Stop it, or choose another port (REVERB_SERVER_PORT), or correct the path prefix (REVERB_SERVER_PATH).",
  ]);
});

test("a fresh application before its first start has warnings with remedies and no error", async () => {
  const port = await freePort();
  const run = await runResound(["doctor", "--host", "127.0.0.1", "--port", String(port)]);
  expect(run.code).toBe(0);
  expect(on("configuration", run)[0]).toMatch(/^warning: no application is configured.*`resound install`/);
  expect(on("port", run)).toEqual([`ok: 127.0.0.1:${port} is free: no server runs here.`]);
  expect(on("public", run)[0]).toMatch(/^warning: REVERB_HOST is not set/);
  expect(on("laravel", run)).toEqual([]);
  expect(on("clock", run)).toEqual(["skipped: no answer came to compare this machine's clock with."]);
  expect(run.stdout.at(-1)).toMatch(/, 1 skipped\.$/);
});

/** The right configuration for the server under test. */
const rightRun = (): DoctorRun => ({ port: server.port, publicPort: server.port });

test("--json prints one object with every check, and the exit codes stay", async () => {
  const right = await examine(server.port, {}, {}),
    json = await runDoctor({ ...rightRun(), args: ["--json"] });
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: [] });
  const report: unknown = JSON.parse(json.stdout.join("\n"));
  expect(report).toMatchObject({ errors: 0 });
  expect(linesOf(report)).toEqual(right.stdout.slice(0, -2));
  const wrong = await runDoctor({
    ...rightRun(),
    args: ["--json"],
    env: { REVERB_APP_SECRET: "another-secret" },
  });
  expect(wrong.code).toBe(1);
  expect(wrong.stdout.join("\n")).not.toContain("another-secret");
  const unreadable = await runDoctor({ ...rightRun(), args: ["--json"], env: { REVERB_SERVER_PATH: "a b" } });
  expect({ code: unreadable.code, stderr: unreadable.stderr }).toEqual({ code: 1, stderr: [] });
  expect(JSON.parse(unreadable.stdout.join("\n"))).toMatchObject({
    errors: 1,
    checks: [{ name: "configuration", outcome: "error", remedy: "Correct it and run this again." }],
  });
});

test.each<
  [
    string,
    readonly string[],
    Readonly<Record<string, string>>,
    Readonly<Record<string, string>>,
    readonly RegExp[],
  ]
>([
  ["wrong values", [], {}, { REVERB_SERVER_PORT: "eighty", REVERB_SCALING_ENABLED: "perhaps" }, [
    /REVERB_SERVER_PORT: expected a port .*got "eighty"\. Correct it and run this again\.$/,
    /REVERB_SCALING_ENABLED: expected true or false, got "perhaps"\./,
  ]],
  ["a .env that Laravel refuses", [], { ".env": "A B\r\nREVERB_APP_SECRET=a b\r\n" }, {}, [
    /\.env:1: expected NAME=value/,
    /\.env:2 REVERB_APP_SECRET: text after the end of the value/,
  ]],
  ["no such folder", ["--laravel", "/nonexistent"], {}, {}, [
    /Cannot read the folder \/nonexistent: no such folder\./,
  ]],
])("with %s every error is a line and the exit code 1", async (_, args, files, env, lines) => {
  const run = await runResound(["doctor", ...args], { files, env });
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 1, stderr: [] });
  const found = on("configuration", run);
  expect(found).toHaveLength(lines.length);
  for (const [index, line] of lines.entries()) expect(found[index]).toMatch(line);
});

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("with scaling on", () => {
  const scaling = { REVERB_SCALING_ENABLED: "true" };

  test("Redis is used as a server uses it", async () => {
    await using redis = await startRedis({ password: "s3cret" });
    const run = await examine(server.port, { ...scaling, ...redis.env });
    expect(on("redis", run)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^ok: Redis \\S+ at 127\\.0\\.0\\.1:${redis.port} stores and passes messages under resound:reverb`,
        ),
      ),
    ]);
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("a Redis that evicts keys when it is full is a warning", async () => {
    await using redis = await startRedis({
      maxMemory: "100mb",
      options: ["--maxmemory-policy", "allkeys-lru"],
    });
    const run = await examine(server.port, { ...scaling, ...redis.env });
    expect(on("redis", run)[1]).toStartWith(
      "warning: when its memory (104857600 bytes) is full it evicts keys",
    );
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      "a wrong password",
      { REDIS_PASSWORD: "hunter2" },
      /cannot be used: WRONGPASS .*Correct REDIS_USERNAME and REDIS_PASSWORD/,
    ],
    [
      "a user with no rights",
      { REDIS_USERNAME: "powerless", REDIS_PASSWORD: "pw" },
      /cannot be used: NOPERM .*docs\/scaling\.md/,
    ],
    [
      "a user who may not listen",
      { REDIS_USERNAME: "deaf", REDIS_PASSWORD: "pw" },
      /passes no messages on resound:.*NOPERM/,
    ],
    [
      "a user who may not write",
      { REDIS_USERNAME: "reader", REDIS_PASSWORD: "pw" },
      /does not take resound:.*NOPERM/,
    ],
    [
      "a port where nothing listens",
      { REDIS_PORT: "1" },
      /cannot be used: connect ECONNREFUSED 127\.0\.0\.1:1\. Check that Redis runs/,
    ],
    ["TLS where there is none", { REDIS_SCHEME: "tls" }, /cannot be used: .*REDIS_SCHEME/],
  ])("%s is an error with its remedy and without the password", async (_, env, expected) => {
    await using redis = await startRedis({
      password: "s3cret",
      users: [
        "user default on >s3cret ~* &* +@all",
        "user powerless on >pw",
        "user deaf on >pw ~* resetchannels +@all",
        "user reader on >pw ~* &* +@all -@write",
      ],
    });
    const run = await examine(server.port, { ...scaling, ...redis.env, ...env });
    expect(run.code).toBe(1);
    expect(on("redis", run)).toEqual([expect.stringMatching(expected)]);
    expect([...run.stdout, ...run.stderr].join("\n")).not.toMatch(/hunter2|s3cret/);
  });
});

test("URLs of webhooks are asked without an event, a signature or a secret", async () => {
  using receiver = new AnsweringReceiver();
  const freed = await freePort();
  const paths = ["405/hooks", "never", "404/hooks", "moved"].map((path) =>
    `${receiver.url}/${path}?token=secret`
  );
  const urls = [...paths, `http://127.0.0.1:${freed}/`].map((url) => url.replace("//", "//user:secret@"));
  const run = await examine(server.port, { REVERB_WEBHOOK_URL: urls.join(",") });
  const masked = receiver.url.replace("//", "//••••@");
  expect(run.code).toBe(1);
  expect(on("webhooks", run)).toEqual([
    `ok: ${masked}/405/hooks?•••• answers; \`resound webhooks:test\` shows whether it accepts events.`,
    expect.stringContaining(`error: ${masked}/never?••••: there is no whole answer within 4 s`),
    `warning: ${masked}/404/hooks?•••• answers HEAD with 404. Compare the path with \`php artisan route:list\` (routes of ` +
    "routes/api.php begin with /api; after a change: php artisan route:clear); then send a sample with " +
    "`resound webhooks:test`.",
    expect.stringContaining(
      `warning: ${masked}/moved?••••: it is answered with 301 and leads to https://elsewhere`,
    ),
    `error: http://••••@127.0.0.1:${freed}/: nothing listens there. Start the application, or correct ` +
    "the port (in a container localhost is the container itself: use the service's name).",
  ]);
  expect(receiver.requests.map(({ headers, body }) => [headers.get("Authorization"), body])).toEqual(
    receiver.requests.map(() => [null, ""]),
  );
  expect(run.stdout.join("\n")).not.toContain("secret");
});

test("workers that a start would refuse are an error before it", async () => {
  // Two processes cannot share a Unix socket.
  const run = await examine(server.port, {
    REVERB_WORKERS: "2",
    REVERB_DASHBOARD_ENABLED: "true",
    REVERB_DASHBOARD_HOST: "unix:/tmp/resound-dashboard.sock",
  });
  expect(run.code).toBe(1);
  expect(on("configuration", run)).toEqual([
    expect.stringMatching(
      /^error: Cannot start 2 workers \(--workers, REVERB_WORKERS\): .* Or leave workers at 1\.$/,
    ),
  ]);
});

describe("the dashboard", () => {
  const examineDashboard = async (env: Readonly<Record<string, string>>): Promise<string[]> => {
    return on("dashboard", await examine(server.port, { REVERB_DASHBOARD_ENABLED: "true", ...env }));
  };

  test("has no line where it is off", async () => {
    expect(on("dashboard", await examine(server.port))).toEqual([]);
  });

  test("is asked for its page", async () => {
    await using other = await startWithDashboard();
    const { url, port } = other.dashboard, env = { REVERB_DASHBOARD_PORT: String(port) };
    expect(await examineDashboard(env)).toEqual([`ok: it answers at ${url}/dashboard.`]);
    await using strict = await startWithDashboard({
      env: { REVERB_DASHBOARD_ALLOWED_ADDRESSES: "192.0.2.1" },
    });
    expect(await examineDashboard({ REVERB_DASHBOARD_PORT: String(strict.dashboard.port) })).toEqual([
      `ok: it answers at ${strict.dashboard.url}/dashboard, for the addresses in dashboard.allowed_addresses.`,
    ]);
  });

  test("that is not there although the server runs is an error, and so is another program", async () => {
    const port = await freePort();
    expect(await examineDashboard({ REVERB_DASHBOARD_PORT: String(port) })).toEqual([
      `error: a server runs, and nothing listens at http://127.0.0.1:${port}/dashboard. ` +
      "Restart the server: it reads dashboard.enabled, its host and its port at the start.",
    ]);
    using stranger = new AnsweringReceiver();
    const [line] = await examineDashboard({ REVERB_DASHBOARD_PORT: String(stranger.port) });
    expect(line).toMatch(/^error: .* answered \d+: what listens there is not the dashboard of this server\./);
  });

  test("that every machine can reach is a warning", async () => {
    const env = { REVERB_DASHBOARD_HOST: "0.0.0.0", REVERB_DASHBOARD_PORT: "0" };
    const warning =
      "warning: it listens on 0.0.0.0, over plain http and for every address that can reach it.";
    expect((await examineDashboard(env))[0]).toStartWith(warning);
    const [line] = await examineDashboard({ ...env, REVERB_DASHBOARD_ALLOWED_ADDRESSES: "10.0.0.0/8" });
    expect(line).toStartWith("warning: port 0 takes any free port");
  });

  test("on the clients' port has a line with the addresses that may use it", async () => {
    const env = { REVERB_DASHBOARD_ON_MAIN_PORT: "true", REVERB_DASHBOARD_ALLOWED_ADDRESSES: "10.0.0.0/8" };
    expect(await examineDashboard(env)).toEqual([
      "ok: it is on the clients' port, at /dashboard, for the addresses in dashboard.allowed_addresses.",
    ]);
  });
});
