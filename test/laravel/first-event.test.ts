import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { MarkdownPage } from "../support/markdown-page.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { startServer } from "../support/start-server.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pdo_sqlite");
const skip = skipWhen(missing !== undefined, `the event that docs/laravel.md shows: ${missing}`);

const PAGE = new MarkdownPage("docs/laravel.md");
const KEYS = new MarkdownPage("docs/idempotency.md"), PROVIDER = "app/Providers/AppServiceProvider.php";
const EVENT = "app/Events/OrderShipped.php";
/** What the page gives to tinker, which these applications do not have. */
const [, DISPATCH] =
  /^php artisan tinker --execute '(.*)'$/m.exec(PAGE.code("shell", "php artisan tinker")) ?? [];

test.skipIf(skip)(
  "the documented event waits in the queue until a worker runs, and then arrives",
  async () => {
    if (typeof packages === "string") return;
    // As a new application has it.
    const application = new LaravelApplication(packages, {
      DB_CONNECTION: "sqlite",
      QUEUE_CONNECTION: "database",
    });
    application.write(EVENT, `<?php\n\n${PAGE.php(EVENT)}`);
    application.write(PROVIDER, `<?php\n\n${KEYS.php(PROVIDER)}`);
    application.write("bootstrap/providers.php", "<?php return [App\\Providers\\AppServiceProvider::class];");
    application.append(
      "routes/console.php",
      `\nArtisan::command('dispatch', function () { ${DISPATCH} });\n`,
    );
    using database = new Database(join(application.directory, "database/database.sqlite"));
    const waiting = (): unknown => database.query("select count(*) as jobs from jobs").get();
    for (const command of [["make:queue-table"], ["migrate", "--force"]]) {
      expect(await application.artisan(...command)).toMatchObject({ exitCode: 0 });
    }

    const server = await startServer({ directory: application.directory });
    application.append(".env", `REVERB_PORT=${server.port}\n`);
    await using client = await connect(server);
    await client.established();
    client.send({ event: "pusher:subscribe", data: { channel: "orders" } });
    await client.next();

    expect(await application.artisan("dispatch")).toMatchObject({ exitCode: 0 });
    expect(waiting()).toEqual({ jobs: 1 });
    await client.expectSilence();

    const job = database.query("select queue, payload from jobs").get() as { queue: string; payload: string };
    expect(await application.artisan("queue:work", "--stop-when-empty")).toMatchObject({ exitCode: 0 });
    expect(waiting()).toEqual({ jobs: 0 });
    const event = await client.nextEvent("App\\Events\\OrderShipped");
    expect(JSON.parse(String(event.data))).toMatchObject({ order: 7 });

    // The worker does not know that the event was delivered, and does the job again: docs/idempotency.md has what keeps it apart.
    const again =
      "insert into jobs (queue, payload, attempts, available_at, created_at) values (?, ?, 0, 0, 0)";
    database.run(again, [job.queue, job.payload]);
    expect(await application.artisan("queue:work", "--stop-when-empty")).toMatchObject({ exitCode: 0 });
    expect(waiting()).toEqual({ jobs: 0 });
    await client.expectSilence();
    expect(await server.stop()).toBe(0);
  },
);
