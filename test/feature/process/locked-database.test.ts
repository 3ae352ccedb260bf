import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { sqliteStore } from "../../support/cache-stores.ts";
import { eventually } from "../../support/eventually.ts";
import { PATIENCE } from "../../support/patience.ts";
import { aggregatesTable, pulseFiles } from "../../support/pulse-configuration.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";

/** A database that waits for the server where that uses it at the same moment. */
function patientDatabase(path: string): Database {
  const database = new Database(path);
  database.run(`pragma busy_timeout = ${PATIENCE}`);
  return database;
}

const noDatabases = skipWhen(serverTarget() === "deno", "this runtime has no clients for databases");

test.skipIf(noDatabases)(
  "while another process writes to Laravel's cache in SQLite the server waits, without a warning, and serves",
  async () => {
    await using store = sqliteStore();
    const directory = temporaryDirectory(), now = Math.floor(Date.now() / 1000);
    await store.mark(directory, now - 1000);
    const path = /DB_DATABASE=(.*)/.exec(store.env)?.[1] ?? "";
    using writer = patientDatabase(path);
    writer.run("begin exclusive");
    // It looks before it prints its first line.
    await using server = await startServer({
      directory,
      files: { artisan: "", ".env": `APP_NAME=Laravel\n${store.env}\n` },
    });
    await using client = await connect(server);
    await client.established();
    client.send({ event: "pusher:ping", data: {} });
    expect(await client.next()).toContain("pusher:pong");
    writer.run("commit");
    // Again and again: the entry that it reads first is one of before its start.
    for (let second = 0; !server.output.text().includes("Restarting (php artisan"); second++) {
      await store.mark(directory, now + second);
      await Bun.sleep(200);
    }
    await server.output.waitFor("in place of process");
    expect(await server.stop()).toBe(0);
    expect(server.output.stderr).toEqual([]);
  },
);

test.skipIf(noDatabases)("counts for Pulse wait for a lock of SQLite, without a warning", async () => {
  const directory = temporaryDirectory(), path = join(directory, "pulse.sqlite");
  using database = patientDatabase(path);
  for (const statement of aggregatesTable("sqlite", "varchar not null")) database.run(statement);
  await using server = await startServer({
    directory,
    files: pulseFiles(`DB_CONNECTION=sqlite\nDB_DATABASE=${path}`),
    env: { REVERB_PULSE_INGEST_INTERVAL: "1" },
  });
  await using client = await connect(server);
  await client.established();
  database.run("begin exclusive");
  client.send({ event: "pusher:ping", data: {} });
  await client.next();
  // No sign shows that it waits; a longer lock would only prove more.
  await Bun.sleep(4000);
  database.run("commit");
  const sum = (): unknown =>
    database.query(
      "select sum(value) as sum from pulse_aggregates where aggregate = 'count' and period = 60",
    ).get();
  // A stop waits three seconds for a database at most.
  await eventually(sum, (seen) => Bun.deepEquals(seen, { sum: 3 }));
  expect(await server.stop()).toBe(0);
  expect(server.output.stderr).toEqual([]);
  expect(sum()).toEqual({ sum: 3 });
});
