import { expect, test } from "bun:test";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";

const DOTENV = "REVERB_APP_ID=shop\nREVERB_APP_KEY=shop-key\nREVERB_APP_SECRET=shop-secret\n";
const APPLICATION = "['app_id' => env('REVERB_APP_ID'), 'key' => env('REVERB_APP_KEY'), " +
  "'secret' => env('REVERB_APP_SECRET'), 'allowed_origins' => ['shop.example']]";

test.each([
  ["in a list", `[${APPLICATION}]`],
  ["by a name", `['shop' => ${APPLICATION}]`],
  ["without a list around it", APPLICATION],
])("an application that stands directly in apps, %s, is not open to every origin", async (_, apps) => {
  const reverb = `<?php return [\n'servers' => ['reverb' => []],\n'apps' => ${apps},\n];`;
  await using server = await startServer({ files: { ".env": DOTENV, "config/reverb.php": reverb } });
  await server.output.waitFor(/config\/reverb\.php:3 apps: .*Reverb would not find them/);
  for (
    const [origin, event] of [
      ["https://shop.example", "connection_established"],
      ["https://evil.example", "4009"],
    ] as const
  ) {
    await using client = await connect(server, { key: "shop-key", headers: { origin } });
    expect(await client.next()).toContain(event);
  }
});

test.each([
  ["'servers' => ['reverb' => []], 'apps' => ['provider' => 'config']", [
    "error   config/reverb.php:2 apps: expected at least one application with app_id, key and secret, got none",
  ]],
  ["'servers' => ['main' => []],", [
    'error   config/reverb.php:2 servers: expected the default server by its name, "reverb", got "main"',
  ]],
  ["'servers' => [[]],", [
    'error   config/reverb.php:2 servers: expected the default server by its name, "reverb", got a list of 1',
  ]],
])("a start is refused with [%s]", async (entries, lines) => {
  const files = { "config/reverb.php": `<?php return [\n${entries}\n];` };
  const { code, stdout, stderr } = await runResound([], { files, env: APPLICATION_ENV });
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({ code: 2, stdout: [], stderr: lines });
});

test("a config/reverb.php without servers listens where the variables of Reverb's stock file say", async () => {
  const reverb = `<?php return [\n'apps' => ['apps' => [${APPLICATION}]],\n];`;
  await using server = await startServer({
    files: { ".env": `${DOTENV}REVERB_SERVER_PATH=/ws\n`, "config/reverb.php": reverb },
  });
  expect((await fetch(`${server.url}/ws/up`)).status).toBe(200);
});

test("TLS options without a certificate are warnings with their places, and the server starts", async () => {
  const options =
    "'options' => ['tls' => ['local_cert' => env('CERT'),\n'verify_peer' => env('VERIFY', true)]]";
  const reverb =
    `<?php return [\n'servers' => ['reverb' => [${options}]],\n'apps' => ['apps' => [${APPLICATION}]]];`;
  await using server = await startServer({ files: { ".env": DOTENV, "config/reverb.php": reverb } });
  await server.output.waitFor(
    "config/reverb.php:3 servers.reverb.options.tls.verify_peer has no effect without " +
      "config/reverb.php:2 servers.reverb.options.tls.local_cert: the server speaks plain ws",
  );
});

test.each([
  ["'tls' => true", "config/reverb.php:2 servers.reverb.options.tls: expected a table with local_cert"],
  [
    "'tls' => ['local_pk' => '/k.pem']",
    "config/reverb.php:2 servers.reverb.options.tls.local_pk needs options.tls.local_cert",
  ],
  [
    "'tls' => ['local_cert' => '/none.pem']",
    "Cannot read /none.pem (config/reverb.php:2 servers.reverb.options.tls.local_cert): ",
  ],
  [
    "'tls' => ['local_crt' => '/none.pem']",
    "config/reverb.php:2 servers.reverb.options.tls.local_crt: PHP's SSL contexts have no such option",
  ],
])(
  "TLS options that cannot be used are refused with their place, by start and by config: %s",
  async (tls, beginning) => {
    const reverb = `<?php return [\n'servers' => ['reverb' => ['options' => [${tls}]]]];`;
    for (const command of ["start", "config"]) {
      const { code, stdout, stderr } = await runResound([command], {
        files: { "config/reverb.php": reverb },
        env: APPLICATION_ENV,
      });
      expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: 1 });
      expect(withoutTime(stderr[0])?.replace(/^error +/, "")).toStartWith(beginning);
    }
  },
);
