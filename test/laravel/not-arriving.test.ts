import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { MarkdownPage } from "../support/markdown-page.ts";
import { type FinishedRun, runResound } from "../support/run-resound.ts";
import { serverTarget } from "../support/server-target.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { watchServer } from "../support/watch-terminal.ts";
import { LaravelApplication } from "./laravel-application.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pdo_sqlite");
const skip = skipWhen(missing !== undefined, `the commands of docs/not-arriving.md: ${missing}`) ||
  skipWhen(serverTarget() === "deno", "the commands of docs/not-arriving.md: this runtime reads no SQLite");

const COMMANDS = new MarkdownPage("docs/not-arriving.md").commands;

/** A command of the page that these applications have under another name, or not at all. */
const OTHERWISE: ReadonlyMap<string, string | undefined> = new Map([
  ["php artisan tinker --execute 'App\\Events\\OrderShipped::dispatch(7);'", "php artisan dispatch"],
  // There is no front end to build.
  ["npm run build", undefined],
]);

/** The tables of Laravel's migrations for queues, without three starts of PHP. */
function makeTables(path: string): void {
  using database = new Database(path);
  database.run(
    "create table jobs (id integer primary key, queue varchar not null, payload text not null, attempts integer not null, " +
      "reserved_at integer, available_at integer not null, created_at integer not null)",
  );
  database.run(
    "create table failed_jobs (id integer primary key, uuid varchar not null unique, connection text not null, " +
      "queue text not null, payload text not null, exception text not null, failed_at datetime)",
  );
}

test.skipIf(skip)(
  "docs/not-arriving.md follows an event that waits for a worker, and each of its commands runs",
  async () => {
    if (typeof packages === "string") return;
    const application = new LaravelApplication(packages, {
      DB_CONNECTION: "sqlite",
      QUEUE_CONNECTION: "database",
    });
    application.append(
      "routes/console.php",
      "\nArtisan::command('dispatch', function () { App\\Events\\OrderShipped::dispatch(7); });\n",
    );
    application.write("composer.json", '{"autoload":{"psr-4":{"App\\\\":"app/"}}}');
    makeTables(join(application.directory, "database/database.sqlite"));
    const left = new Set(COMMANDS);
    const artisan = async (command: string): Promise<string> => {
      expect(left.delete(command)).toBe(true);
      const [, , ...args] = (OTHERWISE.get(command) ?? command).split(" ");
      const { exitCode, output } = await application.artisan(...args);
      expect({ command, exitCode, output: exitCode === 0 ? "" : output }).toEqual({
        command,
        exitCode: 0,
        output: "",
      });
      return output;
    };
    const resound = (command: string): Promise<FinishedRun> => {
      left.delete(command);
      return runResound([...command.split(" ").slice(1), "--laravel", application.directory]);
    };

    const server = await startServer({ directory: application.directory });
    const watch = COMMANDS.find((command) => command.startsWith("resound watch ")) ?? "";
    expect(left.delete(watch)).toBe(true);
    await using terminal = await watchServer(server, watch.split(" ").slice(2));
    application.append(".env", `REVERB_PORT=${server.port}\nREVERB_SERVER_PORT=${server.port}\n`);
    const healthy = await resound("resound doctor");
    expect(healthy.stdout.join("\n")).toMatch(/ok {7}queue .* no job waits in jobs of /);
    expect(healthy.code).toBe(0);

    await artisan("php artisan tinker --execute 'App\\Events\\OrderShipped::dispatch(7);'");
    expect(terminal.output.text()).not.toContain("OrderShipped");
    expect((await resound("resound doctor")).stdout.join("\n")).toMatch(
      /warning {2}queue .*`php artisan queue:work` must run; 1 job waits \(1 of them is an event\) in jobs of .*"default"/,
    );
    await artisan("php artisan queue:work --stop-when-empty");
    await terminal.output.waitFor(/event +App\\Events\\OrderShipped on orders · 0 subscribers/);

    expect(await artisan("php artisan queue:failed")).toContain("No failed jobs");
    await artisan("php artisan config:clear");
    await artisan("php artisan queue:restart");
    expect(await artisan("php artisan config:show broadcasting.default")).toContain("reverb");
    const shown = await resound("resound config");
    expect(shown.stdout.join("\n")).toMatch(/\.env:\d+ REVERB_APP_SECRET/);
    expect(await artisan("php artisan config:show broadcasting.connections.reverb")).toContain("app_id");
    expect(await artisan("php artisan channel:list")).toContain("orders.{order}");
    expect(await artisan("php artisan route:list --path=broadcasting")).toContain("broadcasting/auth");
    expect([...left]).toEqual(["npm run build"]);
    expect(await server.stop()).toBe(0);
  },
);
