import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect, socketPath } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { runResound, withoutTime } from "../../support/run-resound.ts";

/** Takes away the application that the harness would configure. */
const NOTHING = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };

test("without any configuration an application is made up, and the printed .env lines work", async () => {
  await using first = await startServer({ env: NOTHING });
  await first.output.waitFor("VITE_REVERB_SCHEME");
  const lines = first.output.stdout;
  expect(lines[0]).toMatch(
    /^Resound \d\S*( \(\S+\))? on \w+ [\d.]+ is listening on http:\/\/127\.0\.0\.1:\d+$/,
  );
  expect(lines[2]).toBe(
    "No application is configured: this one is made up for this run. To use it, put into your application's .env:",
  );
  const dotenv = lines.filter((line) => line.startsWith("  ")).map((line) => line.slice(2));
  expect(dotenv.map((line) => line.replace(/^(REVERB_APP_\w+|REVERB_SERVER_PORT|REVERB_PORT)=.*/, "$1=")))
    .toEqual([
      "BROADCAST_CONNECTION=reverb",
      "REVERB_APP_ID=",
      "REVERB_APP_KEY=",
      "REVERB_APP_SECRET=",
      "REVERB_HOST=localhost",
      "REVERB_PORT=",
      "REVERB_SCHEME=http",
      "REVERB_SERVER_PORT=",
      'VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"',
      'VITE_REVERB_HOST="${REVERB_HOST}"',
      'VITE_REVERB_PORT="${REVERB_PORT}"',
      'VITE_REVERB_SCHEME="${REVERB_SCHEME}"',
    ]);
  const value = (name: string): string =>
    dotenv.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const application = {
    id: value("REVERB_APP_ID"),
    key: value("REVERB_APP_KEY"),
    secret: value("REVERB_APP_SECRET"),
  };
  expect(application.id).toMatch(/^\d{6}$/);
  expect(application.key).toMatch(/^[a-z0-9]{20}$/);
  expect(application.secret).toMatch(/^[a-z0-9]{20}$/);
  expect([value("REVERB_PORT"), value("REVERB_SERVER_PORT")]).toEqual([`${first.port}`, `${first.port}`]);

  // What is printed works at once, and in a server that reads it from a .env.
  await using second = await startServer({ files: { ".env": `${dotenv.join("\n")}\n` } });
  for (const server of [first, second]) {
    const client = await connect(server, { path: socketPath(application.key) });
    await client.established();
    client.send({ event: "pusher:subscribe", data: { channel: "a", auth: "" } });
    await client.nextEvent("pusher_internal:subscription_succeeded");
    expect((await new ApiClient(server, application).trigger("a", "e", "x")).text).toBe("{}");
    await client.nextEvent("e");
    await client.close();
  }
  await second.output.waitFor("Configured by .env");
  expect(second.output.text()).not.toContain("made up");
  expect(second.output.text()).not.toContain(application.secret);
});

test("every run makes up another application", async () => {
  const keys = await Promise.all([1, 2].map(async () => {
    await using server = await startServer({ env: NOTHING });
    return await server.output.waitFor("REVERB_APP_KEY=");
  }));
  expect(keys[0]).not.toBe(keys[1]);
});

test("a .env that says nothing about an application is named, and settings in it hold", async () => {
  await using server = await startServer({
    files: { ".env": "APP_ENV=local\nREVERB_SERVER_PATH=/ws\n" },
    env: NOTHING,
  });
  await server.output.waitFor("Configured by .env");
  await server.output.waitFor("No application is configured");
  expect((await fetch(`${server.url}/ws/up`)).status).toBe(200);
});

const REFUSAL =
  "error   No application is configured: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment";

test.each([
  ["the environment", { env: { APP_ENV: "production" } }],
  [".env", { files: { ".env": "APP_ENV=production\n" } }],
])(
  "in production, said by %s, nothing is made up: it refuses with 2 and says what to set",
  async (_, options) => {
    const { code, stdout, stderr } = await runResound(["--host", "127.0.0.1", "--port", "0"], options);
    expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({
      code: 2,
      stdout: [],
      stderr: [REFUSAL],
    });
  },
);

test("an application that is described in part is refused, naming each missing part and no value", async () => {
  const { code, stdout, stderr } = await runResound([], {
    files: { ".env": "REVERB_APP_SECRET=well-kept\n" },
  });
  const rest = "an application needs REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET";
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({
    code: 2,
    stdout: [],
    stderr: [`error   REVERB_APP_ID is not set; ${rest}`, `error   REVERB_APP_KEY is not set; ${rest}`],
  });
});

const LARAVEL_REFUSAL =
  "No application is configured. Set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment " +
  "(`resound install` writes them into .env), or let `resound start --dev` make one up for a try";
const ENTRY =
  "['app_id' => env('REVERB_APP_ID'), 'key' => env('REVERB_APP_KEY'), 'secret' => env('REVERB_APP_SECRET')]";
const REVERB_PHP = `<?php return ['servers' => ['reverb' => []], 'apps' => ['apps' => [${ENTRY}]]];`;

test.each([
  ["artisan", { artisan: "<?php\n" }],
  ["artisan and a .env without credentials", { "artisan": "<?php\n", ".env": "APP_ENV=local\n" }],
  ["config/reverb.php", { "config/reverb.php": REVERB_PHP }],
])(
  "in a Laravel application, known by %s, nothing is made up, unless --dev asks for it",
  async (_, files) => {
    const refused = await runResound(["start", "--host", "127.0.0.1", "--port", "0"], { files });
    expect({ ...refused, stderr: refused.stderr.map(withoutTime) })
      .toEqual({ code: 2, stdout: [], stderr: [`error   ${LARAVEL_REFUSAL}`] });
    expect(await runResound(["config"], { files })).toEqual({
      code: 2,
      stdout: [],
      stderr: [LARAVEL_REFUSAL],
    });
    expect((await runResound(["config", "--dev"], { files })).stdout).toContain(
      "Application, made up for each run",
    );

    await using server = await startServer({ files, env: NOTHING, args: ["--dev"] });
    await server.output.waitFor("No application is configured: this one is made up for this run");
  },
);

test("in production --dev makes up nothing either", async () => {
  const { code, stderr } = await runResound(["start", "--dev"], { env: { APP_ENV: "production" } });
  expect({ code, stderr: stderr.map(withoutTime) }).toEqual({ code: 2, stderr: [REFUSAL] });
});
