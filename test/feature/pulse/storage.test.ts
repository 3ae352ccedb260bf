import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import {
  type DatabaseServer,
  lacksMariadb,
  lacksPostgres,
  startMariadb,
  startPostgres,
} from "../../support/database-server.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { connect } from "../../support/socket-client.ts";
import { aggregatesTable, pulseFiles } from "../../support/pulse-configuration.ts";

const noDatabases = skipWhen(serverTarget() === "deno", "this runtime has no clients for databases");
const noMariadb = noDatabases || skipWhen(lacksMariadb() !== undefined, `${lacksMariadb()}`);
const noPostgres = noDatabases || skipWhen(lacksPostgres() !== undefined, `${lacksPostgres()}`);

/** Writes every second. */
const OFTEN = { REVERB_PULSE_INGEST_INTERVAL: "1" };

/** A row as Pulse's card adds it up. */
interface Row {
  readonly period: number;
  readonly type: string;
  readonly value: number;
}

const SUMS = "select period, type, sum(value) as value from pulse_aggregates where aggregate = 'count' " +
  "group by period, type order by period, type";

const BY_TYPE = (received: number, sent: number): readonly Row[] =>
  [60, 360, 1440, 10_080].flatMap((period) => [
    { period, type: "reverb_message:received", value: received },
    { period, type: "reverb_message:sent", value: sent },
  ]);

/** Has a client send so many messages and get as many answers, besides the greeting. */
async function exchange(server: RunningServer, messages: number): Promise<void> {
  await using client = await connect(server);
  await client.established();
  for (let n = 0; n < messages; n++) client.send({ event: "pusher:ping", data: {} });
  for (let n = 0; n < messages; n++) await client.next();
}

function sqliteFolder(): { directory: string; database: Database } {
  const directory = temporaryDirectory();
  const database = new Database(join(directory, "pulse.sqlite"));
  // The server writes to the same file.
  database.run("pragma busy_timeout = 20000");
  return { directory, database };
}

function sqliteEnvironment(directory: string): string {
  return `DB_CONNECTION=sqlite\nDB_DATABASE=${join(directory, "pulse.sqlite")}`;
}

test.skipIf(noDatabases)(
  "messages are in Pulse's four periods in SQLite, and none is lost at the stop",
  async () => {
    const { directory, database } = sqliteFolder();
    for (const statement of aggregatesTable("sqlite", "varchar not null")) database.run(statement);
    const server = await startServer({ directory, files: pulseFiles(sqliteEnvironment(directory)) });
    await exchange(server, 3);
    expect(await server.stop()).toBe(0);
    expect(database.query(SUMS).all()).toEqual([...BY_TYPE(3, 4)]);
    const keys = database.query("select distinct key, key_hash, count from pulse_aggregates").all();
    // Pulse's own hash of the key: without it Pulse would not find its rows again.
    expect(keys).toEqual([{
      key: "app-id",
      key_hash: new Bun.CryptoHasher("md5").update("app-id").digest("hex"),
      count: null,
    }]);
    expect(server.output.stderr).toEqual([]);
  },
);

test.skipIf(noDatabases)("what two servers write to one database adds up, each message once", async () => {
  const { directory, database } = sqliteFolder();
  for (const statement of aggregatesTable("sqlite", "varchar not null")) database.run(statement);
  const servers = [
    await startServer({ files: pulseFiles(sqliteEnvironment(directory)), env: OFTEN }),
    await startServer({ files: pulseFiles(sqliteEnvironment(directory)), env: OFTEN }),
  ];
  for (let round = 0; round < 3; round++) await Promise.all(servers.map((server) => exchange(server, 5)));
  await eventually(() => database.query(SUMS).all(), (rows) => Bun.deepEquals(rows, [...BY_TYPE(30, 36)]));
  expect(await Promise.all(servers.map((server) => server.stop()))).toEqual([0, 0]);
  expect(database.query(SUMS).all()).toEqual([...BY_TYPE(30, 36)]);
});

test.skipIf(noMariadb)("MariaDB takes them, with a generated hash of the key and without", async () => {
  await using mariadb = await startMariadb();
  for (
    const keyHash of [
      "char(16) character set binary generated always as (unhex(md5(`key`))) virtual",
      "binary(16) not null",
    ]
  ) {
    await mariadb.sql.unsafe("drop table if exists pulse_aggregates");
    for (const statement of aggregatesTable("mysql", keyHash)) await mariadb.sql.unsafe(statement);
    // The second one adds to what the first one wrote.
    for (let round = 0; round < 2; round++) {
      const server = await startServer({ files: pulseFiles(mariadb.env), env: OFTEN });
      await exchange(server, 2);
      await written(mariadb, 2 * (round + 1));
      expect(await server.stop()).toBe(0);
      expect(server.output.stderr).toEqual([]);
    }
    expect(numbers(await mariadb.sql.unsafe(SUMS))).toEqual([...BY_TYPE(4, 6)]);
    const [row] = await mariadb.sql.unsafe("select hex(key_hash) as hash from pulse_aggregates limit 1") as {
      hash: string;
    }[];
    expect(row?.hash.toLowerCase()).toBe(new Bun.CryptoHasher("md5").update("app-id").digest("hex"));
  }
});

test.skipIf(noPostgres)("PostgreSQL takes them, with a generated hash of the key and without", async () => {
  await using postgres = await startPostgres();
  for (const keyHash of ['uuid generated always as (md5("key")::uuid) stored', "uuid not null"]) {
    await postgres.sql.unsafe("drop table if exists pulse_aggregates");
    for (const statement of aggregatesTable("pgsql", keyHash)) await postgres.sql.unsafe(statement);
    // The second one adds to what the first one wrote.
    for (let round = 0; round < 2; round++) {
      const server = await startServer({ files: pulseFiles(postgres.env), env: OFTEN });
      await exchange(server, 2);
      await written(postgres, 2 * (round + 1));
      expect(await server.stop()).toBe(0);
      expect(server.output.stderr).toEqual([]);
    }
    expect(numbers(await postgres.sql.unsafe(SUMS))).toEqual([...BY_TYPE(4, 6)]);
  }
});

test.skipIf(noDatabases)(
  "a database that cannot be written is one warning; the counts are written later",
  async () => {
    const { directory, database } = sqliteFolder();
    const server = await startServer({
      directory,
      files: pulseFiles(sqliteEnvironment(directory)),
      env: OFTEN,
    });
    await exchange(server, 3);
    const line = await server.output.waitFor("Laravel Pulse");
    expect(line).toContain("there is no table pulse_aggregates; `php artisan migrate` makes it");
    await exchange(server, 2);
    // At once: without its index the table could not be written to.
    database.transaction(() => {
      for (const statement of aggregatesTable("sqlite", "varchar not null")) database.run(statement);
    })();
    await server.output.waitFor("Laravel Pulse gets its message counts again");
    expect(await server.stop()).toBe(0);
    expect(server.output.text().match(/Cannot write message counts/g)).toHaveLength(1);
    expect(database.query(SUMS).all()).toEqual([...BY_TYPE(5, 7)]);
  },
);

test("while Pulse is switched off, nothing is logged and the database is not asked", async () => {
  const off = await startServer({ files: pulseFiles("DB_CONNECTION=sqlite\nPULSE_ENABLED=false") });
  const unwanted = await startServer({
    files: pulseFiles("DB_CONNECTION=sqlite"),
    env: { REVERB_PULSE_ENABLED: "false" },
  });
  for (const server of [off, unwanted]) {
    await exchange(server, 1);
    expect(await server.stop()).toBe(0);
    expect(server.output.text()).not.toContain("Pulse");
  }
});

if (serverTarget() === "deno") {
  test("a runtime without clients for databases logs that, and what works instead", async () => {
    const server = await startServer({ files: pulseFiles("DB_CONNECTION=sqlite") });
    expect(await server.output.waitFor("Laravel Pulse")).toMatch(
      /gets no messages, because its storage is a database, which Deno [\d.]+ cannot write to \(PULSE_INGEST_DRIVER=redis works\)\./,
    );
    expect(await server.stop()).toBe(0);
  });
}

/**
 * Resolves when a database has as many messages that were received: a stop waits three seconds for a database at most, which a busy
 * machine may take.
 */
async function written({ sql }: DatabaseServer, received: number): Promise<void> {
  const query =
    "select sum(value) as value from pulse_aggregates where aggregate = 'count' and period = 60 " +
    "and type = 'reverb_message:received'";
  await eventually(
    async () => await sql.unsafe(query) as readonly { readonly value: unknown }[],
    ([row]) => Number(row?.value) === received,
  );
}

/** Sums as numbers, which some databases return as text. */
function numbers(rows: unknown): readonly Row[] {
  return (rows as { period: unknown; type: string; value: unknown }[])
    .map(({ period, type, value }) => ({ period: Number(period), type, value: Number(value) }));
}
