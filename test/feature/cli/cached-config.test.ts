import { expect, test } from "bun:test";
import { renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer } from "../../support/start-server.ts";
import { runResound } from "../../support/run-resound.ts";

const CACHE = "bootstrap/cache/config.php";

/** What `php artisan config:cache` has written when the secret was this one. */
function cached(secret: string): string {
  return `<?php return array (
  'app' =>\u0020
  array (
    'env' => 'local',
  ),
  'reverb' =>\u0020
  array (
    'default' => 'reverb',
    'servers' =>\u0020
    array (
      'reverb' =>\u0020
      array (
        'host' => '0.0.0.0',
        'port' => 8080,
      ),
    ),
    'apps' =>\u0020
    array (
      'provider' => 'config',
      'apps' =>\u0020
      array (
        0 =>\u0020
        array (
          'key' => 'app-key',
          'secret' => '${secret}',
          'app_id' => 'app-id',
        ),
      ),
    ),
  ),
);
`;
}

const REVERB_PHP = `<?php return ['servers' => ['reverb' => []], 'apps' => ['apps' => [
  ['app_id' => env('REVERB_APP_ID'), 'key' => env('REVERB_APP_KEY'), 'secret' => env('REVERB_APP_SECRET')]]]];`;
const FILES = {
  "artisan": "",
  "config/reverb.php": REVERB_PHP,
  ".env":
    "REVERB_APP_ID=app-id\nREVERB_APP_KEY=app-key\nREVERB_APP_SECRET=from-env\nREVERB_DASHBOARD_ENABLED=true\nREVERB_DASHBOARD_PORT=0\n",
};

test("the cached configuration counts; a reload follows it when it is written anew and when it goes", async () => {
  const server = await startServer({ files: { ...FILES, [CACHE]: cached("from-cache") } });
  await server.output.waitFor(`Configured by ${CACHE}, .env`);
  await server.output.waitFor("Dashboard: ");
  const works = async (secret: string): Promise<boolean> =>
    (await new ApiClient(server, { id: "app-id", key: "app-key", secret }).get("/channels")).status === 200;
  const reload = async (): Promise<number> =>
    (await runResound(["reload", "--laravel", server.directory])).code;
  expect([await works("from-cache"), await works("from-env")]).toEqual([true, false]);

  writeFileSync(join(server.directory, CACHE), cached("anew"));
  expect(await reload()).toBe(0);
  expect(await works("anew")).toBe(true);

  // Half a file: artisan is writing it.
  writeFileSync(join(server.directory, CACHE), cached("half").slice(0, 300));
  expect(await reload()).toBe(1);
  expect(await works("anew")).toBe(true);

  renameSync(join(server.directory, CACHE), join(server.directory, "config.php"));
  expect(await reload()).toBe(0);
  expect(await works("from-env")).toBe(true);
  await using client = await connect(server, { key: "app-key" });
  await client.established();
  expect(await server.stop()).toBe(0);
});

test("a .env that is newer is a warning with the remedy, of start, config and doctor", async () => {
  const server = await startServer({ files: { ...FILES, [CACHE]: cached("s") } });
  const directory = server.directory;
  expect(server.output.text()).not.toContain("newer");
  await server.stop();
  utimesSync(join(directory, ".env"), new Date(2100, 0), new Date(2100, 0));
  const warning =
    `.env is newer than ${CACHE}, which counts in place of it, for PHP too; run "php artisan config:cache" ` +
    'to take changes over, or "php artisan config:clear" to do without it';
  const again = await startServer({ directory });
  await again.output.waitFor(warning);
  await again.stop();
  const shown = await runResound(["config", "--laravel", directory]);
  expect([shown.code, shown.stdout[0], shown.stderr]).toEqual([0, `Read from ${CACHE}, .env`, [
    `Warning: ${warning}`,
  ]]);
  expect(shown.stdout.join("\n")).toContain(`${CACHE}:26 reverb.apps.apps.0.app_id`);
  const examined = await runResound(["doctor", "--laravel", directory]);
  expect(examined.stdout.join("\n")).toContain("is newer than");
  expect(examined.stdout.join("\n")).toContain(`${CACHE}, .env`);
});

test("a cache that was written without credentials is named where the start is refused", async () => {
  const empty = cached("s").replace(/'(key|secret|app_id)' => '[^']*'/g, "'$1' => NULL");
  const { code, stderr } = await runResound(["start"], { files: { ...FILES, [CACHE]: empty } });
  expect(code).toBe(2);
  expect(stderr.join("\n")).toContain(
    `"php artisan config:clear" to do without it: ${CACHE} counts, and has none`,
  );
});
