import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { lacksMariadb, lacksPostgres } from "../../support/database-server.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { serverTenants, sqliteTenants, type TenantDatabase } from "../../support/tenant-database.ts";

const noDatabases = skipWhen(serverTarget() === "deno", "this runtime has no clients for databases");
const noMariadb = noDatabases || skipWhen(lacksMariadb() !== undefined, `${lacksMariadb()}`);
const noPostgres = noDatabases || skipWhen(lacksPostgres() !== undefined, `${lacksPostgres()}`);

const NO_APPLICATION = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };
/** On a busy machine an answer may take long, and that is no fault here. */
const PATIENT = { REVERB_APPS_WAIT_SECONDS: "20", REVERB_APPS_ABSENT_SECONDS: "0" };

/** The table as the migration of `resound apps:table` makes it, as far as a test needs it. */
const TABLE = "create table reverb_apps (id integer primary key, app_id varchar(64) unique, " +
  "app_key varchar(64) unique, secret varchar(64), enabled boolean, max_connections integer, " +
  "allowed_origins text, rate_limiting text, updated_at timestamp null)";

function insert(id: string, columns: Readonly<Record<string, string | number | boolean>> = {}): string {
  const values = {
    id: Number(id.replace(/\D/g, "")),
    app_id: id,
    app_key: `key-${id}`,
    secret: `secret-${id}`,
    ...columns,
  };
  const written = Object.values(values).map((value) =>
    typeof value === "string" ? `'${value}'` : String(value)
  );
  return `insert into reverb_apps (${Object.keys(values).join(", ")}) values (${written.join(", ")})`;
}

function credentials(id: string): { readonly id: string; readonly key: string; readonly secret: string } {
  return { id, key: `key-${id}`, secret: `secret-${id}` };
}

async function startWith(
  database: TenantDatabase,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const columns = { REVERB_APPS_COLUMNS: "key:app_key" };
  return await startServer({ env: { ...NO_APPLICATION, ...PATIENT, ...columns, ...database.env, ...env } });
}

/** The first frame that a client of a key gets. */
async function greeting(server: RunningServer, key: string, origin?: string): Promise<string> {
  await using client = await connect(server, {
    key,
    ...(origin === undefined ? {} : { headers: { Origin: origin } }),
  });
  return await client.next();
}

/** What every database does. */
async function serves(database: TenantDatabase): Promise<void> {
  await database.run(TABLE);
  await database.run(insert("a1", {
    max_connections: 2,
    allowed_origins: '["*"]',
    rate_limiting: '{"enabled":true,"max_attempts":2,"decay_seconds":3600}',
    updated_at: "2026-01-01 00:00:00",
  }));
  await database.run(insert("b2", { enabled: true, updated_at: "2026-01-01 00:00:00" }));
  await using server = await startWith(database);
  await using one = await Peer.connect(server, { application: credentials("a1") });
  await one.subscribe("news");
  const api = new ApiClient(server, credentials("a1"));
  expect((await api.trigger("news", "e", "x")).status).toBe(200);
  expect(await one.next()).toBe('{"event":"e","data":"x","channel":"news"}');
  await using other = await Peer.connect(server, { application: credentials("b2") });
  expect(await greeting(server, "KEY-A1")).toContain("4001");
  expect(await greeting(server, "key-a1' or '1'='1")).toContain("4001");

  // A change, and a new row, are seen by updated_at.
  await database.run(
    "update reverb_apps set allowed_origins = 'a.test', updated_at = '2026-01-02 00:00:00' where app_id = 'a1'",
  );
  await eventually(() => greeting(server, "key-a1", "https://b.test"), (frame) => frame.includes("4009"));
  await database.run(insert("c3", { updated_at: "2026-01-02 00:00:00" }));
  await eventually(() => greeting(server, "key-c3"), (frame) => frame.includes("connection_established"));
  await other.expectSilence();
  expect(await server.stop()).toBe(0);
}

test.skipIf(noDatabases)("applications come from SQLite", async () => {
  await using database = await sqliteTenants();
  await serves(database);
});

test.skipIf(noPostgres)("applications come from PostgreSQL", async () => {
  await using database = await serverTenants("postgres");
  await serves(database);
});

test.skipIf(noMariadb)("applications come from MariaDB", async () => {
  await using database = await serverTenants("mariadb");
  await serves(database);
});

describe.skipIf(noDatabases)("in a table", () => {
  test("that soketi has made, clients find their application with its limits", async () => {
    await using database = await sqliteTenants();
    await database.run(
      "create table apps (id varchar(255) primary key, key varchar(255), secret varchar(255), max_connections integer, " +
        "enable_client_messages tinyint, enabled tinyint, max_backend_events_per_sec integer, " +
        "max_client_events_per_sec integer, max_read_req_per_sec integer, webhooks json)",
    );
    await database.run("insert into apps values ('7', 'k7', 's7', 1, 1, 1, -1, -1, -1, '[]')");
    await database.run("insert into apps values ('8', 'k8', 's8', -1, 0, 0, -1, -1, -1, null)");
    await using server = await startWith(database, { REVERB_APPS_TABLE: "apps", REVERB_APPS_COLUMNS: "" });
    await using peer = await Peer.connect(server, { application: { id: "7", key: "k7", secret: "s7" } });
    expect(await greeting(server, "k7")).toContain("4004");
    expect(await greeting(server, "k8")).toContain("4003");
    await peer.expectSilence();
    expect(await server.stop()).toBe(0);
  });

  test("that is empty for a while or missing, nothing is closed and no key is called unknown", async () => {
    await using database = await sqliteTenants();
    await database.run(TABLE);
    await database.run(insert("a1", { updated_at: "2026-01-01 00:00:00" }));
    await using server = await startWith(database, {
      REVERB_APPS_WAIT_SECONDS: "0.3",
    });
    await eventually(() => greeting(server, "key-a1"), (frame) => frame.includes("connection_established"));
    await using peer = await Peer.connect(server, { application: credentials("a1") });
    await database.run("delete from reverb_apps");
    await server.output.waitFor(/is away \(its table reverb_apps is empty\)/);
    expect(await greeting(server, "key-b2")).toContain("4100");
    await database.run("drop table reverb_apps");
    expect(await greeting(server, "key-b2")).toContain("4100");
    await peer.expectSilence();
    await database.run(TABLE);
    await database.run(insert("a1", { updated_at: "2026-01-01 00:00:00" }));
    await server.output.waitFor("Applications can be looked up again");
    await peer.expectSilence();
    expect(await server.stop()).toBe(0);
  });
});

test.skipIf(serverTarget() !== "deno")(
  "on Deno the start says that a database cannot be read, and what can be done",
  async () => {
    await using database = await sqliteTenants();
    const failed = await startWith(database).catch((error: Error) => error.message);
    expect(failed).toContain("apps.provider is database, but Deno");
    expect(failed).toContain("Set apps.provider to http");
  },
);
