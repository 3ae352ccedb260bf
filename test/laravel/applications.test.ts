import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ApiClient } from "../support/api-client.ts";
import { MarkdownPage } from "../support/markdown-page.ts";
import { Peer } from "../support/peer.ts";
import { runResound } from "../support/run-resound.ts";
import { serverTarget } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { LaravelApplication, type ServedApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pdo_sqlite");
const skip = skipWhen(missing !== undefined, `applications that Laravel has in a table: ${missing}`);

const PAGE = new MarkdownPage("docs/applications.md");
const CONTROLLER = "app/Http/Controllers/ReverbApplicationController.php";
/** On a busy machine an answer may take long, and that is no fault here. */
const PATIENT = { REVERB_APPS_WAIT_SECONDS: "20" };

let application: LaravelApplication, web: ServedApplication, database: Database;

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages, { DB_CONNECTION: "sqlite" });
  mkdirSync(join(application.directory, dirname(CONTROLLER)), { recursive: true });
  application.write(CONTROLLER, `<?php\n\n${PAGE.php(CONTROLLER)}`);
  application.append("routes/api.php", `\n${PAGE.php("routes/web.php")}`);
  const { stdout } = await runResound(["apps:table"]);
  application.write("database/migrations/2026_01_01_000000_create_reverb_apps_table.php", stdout.join("\n"));
  database = new Database(join(application.directory, "database/database.sqlite"));
  expect(await application.artisan("migrate", "--force")).toMatchObject({ exitCode: 0 });
  web = await application.serve();
});

afterAll(async () => {
  if (skip) return;
  database?.close();
  await web?.[Symbol.asyncDispose]();
});

test.skipIf(skip)(
  "the documented route and controller answer for applications, to signed requests alone",
  async () => {
    database.run(
      "create table tenants (id integer primary key, reverb_key text, reverb_secret text, active integer, domain text)",
    );
    database.run(
      "insert into tenants values (7, 'key-7', 'secret-7', 1, 'a.test'), (8, 'key-8', 'secret-8', 0, 'b.test')",
    );
    const url = `${web.url}/reverb/applications`;
    expect((await fetch(`${url}?key=key-7`)).status).toBe(403);
    const env = { REVERB_APPS_PROVIDER: "http", REVERB_APPS_URL: url, ...PATIENT };
    await using server = await startServer({ directory: application.directory, env });
    const seven = { id: "7", key: "key-7", secret: "secret-7" };
    await using peer = await Peer.connect(server, {
      application: seven,
      headers: { Origin: "https://a.test" },
    });
    await peer.subscribe("news");
    expect((await new ApiClient(server, seven).trigger("news", "e", "x")).status).toBe(200);
    expect(await peer.next()).toBe('{"event":"e","data":"x","channel":"news"}');
    for (const [key, code] of [["key-7", 4009], ["key-8", 4003], ["key-9", 4001]] as const) {
      await using refused = await connect(server, { key });
      expect((await refused.closed).code).toBe(code);
    }
    expect((await new ApiClient(server, { id: "9", key: "k", secret: "s" }).get("/channels")).status).toBe(
      404,
    );
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(skip || serverTarget() === "deno")(
  "the table that `resound apps:table` migrates has applications",
  async () => {
    database.run(
      "insert into reverb_apps (app_id, key, secret, allowed_origins, settings, updated_at) values " +
        `('shop', 'key-shop', 'secret-shop', '["shop.test"]', '{"activity_timeout":19}', '2026-01-01 00:00:00')`,
    );
    const env = { REVERB_APPS_PROVIDER: "database", ...PATIENT };
    await using server = await startServer({ directory: application.directory, env });
    await using client = await connect(server, { key: "key-shop", headers: { Origin: "https://shop.test" } });
    expect(await client.next()).toEndWith(String.raw`,\"activity_timeout\":19}"}`);
    await using refused = await connect(server, {
      key: "key-shop",
      headers: { Origin: "https://other.test" },
    });
    expect((await refused.closed).code).toBe(4009);
    expect(await server.stop()).toBe(0);
  },
);
