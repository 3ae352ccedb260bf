import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { serverTarget } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { PULSE_FILE } from "../support/pulse-configuration.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string"
  ? packages
  : !packages.versions.has("laravel/pulse")
  ? "Composer finds no laravel/pulse"
  : serverTarget() === "deno"
  ? "this runtime has no clients for databases"
  : lacksPhpExtension("pdo_sqlite", "curl");
const skip = skipWhen(missing !== undefined, `Laravel Pulse itself: ${missing}`);

test.skipIf(skip)("what the server tells Pulse is what Pulse's cards are drawn from", async () => {
  if (typeof packages === "string") return;
  const application = new LaravelApplication(packages, { DB_CONNECTION: "sqlite", PULSE_ENABLED: "true" });
  application.write("config/pulse.php", PULSE_FILE);
  new Database(join(application.directory, "database/database.sqlite")).close();
  for (const command of [["vendor:publish", "--tag=pulse-migrations"], ["migrate", "--force"]]) {
    expect(await application.artisan(...command)).toMatchObject({ exitCode: 0 });
  }
  const server = await startServer({ directory: application.directory });
  application.append(".env", `REVERB_PORT=${server.port}\n`);
  await using client = await connect(server);
  await client.established();
  for (let n = 0; n < 3; n++) client.send({ event: "pusher:ping", data: {} });
  for (let n = 0; n < 3; n++) await client.next();
  expect(await application.artisan("pulse:check", "--once")).toMatchObject({ exitCode: 0 });
  expect(await server.stop()).toBe(0);

  const { output } = await application.artisan("pulse:as-json");
  expect(JSON.parse(output)).toMatchObject({ sent: 4, received: 3, connections: 1 });
});
