import { expect, test } from "bun:test";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { runResound } from "../../support/run-resound.ts";

const NO_ENV = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };

function toml(applications: readonly Readonly<Record<string, string | number>>[], server = ""): string {
  const entries = applications.map((each) =>
    `[[apps]]\n${Object.entries(each).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join("\n")}`
  );
  return `[server]\n${server}\n${entries.join("\n")}\n`;
}

const one = { app_id: "1", key: "k1", secret: "s1" }, two = { app_id: "2", key: "k2", secret: "s2" };

test("applications come, change and go without dropping the others", async () => {
  const directory = temporaryDirectory(), file = join(directory, "resound.toml");
  const server = await startServer({ directory, env: NO_ENV, files: { "resound.toml": toml([one, two]) } });
  await using staying = await connect(server, { key: "k1" });
  await using leaving = await connect(server, { key: "k2" });
  await staying.established();
  await leaving.established();
  staying.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await staying.nextEvent("pusher_internal:subscription_succeeded");

  const three = { app_id: "3", key: "k3", secret: "s3" };
  writeFileSync(file, toml([{ ...one, secret: "other", max_message_size: 100 }, three], "port = 1"));
  const { code, stdout, stderr } = await runResound(["reload", "--laravel", directory]);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: [
      `The server ${server.pid} at ${server.url} has read its configuration again:`,
      "  Added application 3",
      "  Changed application 1: secret, max_message_size",
      "  Removed application 2; its clients are closed with 4001",
    ],
    stderr: [],
  });
  expect(await leaving.next()).toBe(
    '{"event":"pusher:error","data":"{\\"code\\":4001,\\"message\\":\\"Application does not exist\\"}"}',
  );
  expect(await leaving.closed).toMatchObject({ code: 4001, wasClean: true });
  await using added = await connect(server, { key: "k3" });
  await added.established();

  // The new secret signs, the old one does not, and the connection of before hears of it.
  const old = new ApiClient(server, { id: "1", key: "k1", secret: "s1" });
  expect((await old.trigger("news", "e", "x")).status).toBe(401);
  const api = new ApiClient(server, { id: "1", key: "k1", secret: "other" });
  expect((await api.trigger("news", "e", "x")).status).toBe(200);
  expect((await staying.nextEvent("e")).data).toBe("x");
  expect((await new ApiClient(server, { id: "2", key: "k2", secret: "s2" }).get("/channels")).status).toBe(
    404,
  );

  // The new limit holds for a connection of before.
  staying.send("x".repeat(101));
  expect((await staying.closed).code).toBe(1009);
  expect(await server.stop()).toBe(0);
});

test("a configuration that cannot be used is refused whole, and the old one goes on", async () => {
  const directory = temporaryDirectory(), file = join(directory, "resound.toml");
  const server = await startServer({ directory, env: NO_ENV, files: { "resound.toml": toml([one, two]) } });
  await using client = await connect(server, { key: "k2" });
  await client.established();
  writeFileSync(file, toml([{ ...one, key: "new", max_connections: "many" }]));
  const { code, stdout, stderr } = await runResound(["reload", "--laravel", directory]);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: [],
    stderr: [
      `The server ${server.pid} at ${server.url} has refused its new configuration:`,
      '  resound.toml:7 apps.0.max_connections: expected a whole number from 1 to 1000000000, got "many"',
      "  The new configuration is refused, the old one stays in use",
    ],
  });
  await client.expectSilence();
  await using other = await connect(server, { key: "k1" });
  await other.established();
  expect(await server.stop()).toBe(0);
});

test("a disabled application's clients are closed with 4003, its calls answered with 403, until it is enabled", async () => {
  const directory = temporaryDirectory(), file = join(directory, "resound.toml");
  const server = await startServer({ directory, env: NO_ENV, files: { "resound.toml": toml([one, two]) } });
  await using client = await connect(server, { key: "k2" });
  await client.established();
  await using other = await connect(server, { key: "k1" });
  await other.established();
  const api = new ApiClient(server, { id: "2", key: "k2", secret: "s2" });
  expect((await api.get("/channels")).status).toBe(200);

  const disabled =
    '{"event":"pusher:error","data":"{\\"code\\":4003,\\"message\\":\\"Application disabled\\"}"}';
  writeFileSync(file, toml([one, { ...two, enabled: "false" }]));
  const { stdout } = await runResound(["reload", "--laravel", directory]);
  expect(stdout.slice(1)).toEqual(["  Changed application 2: enabled"]);
  expect(await client.next()).toBe(disabled);
  expect(await client.closed).toMatchObject({ code: 4003, wasClean: true });
  await using late = await connect(server, { key: "k2" });
  expect(await late.next()).toBe(disabled);
  const refused = await api.get("/channels");
  expect([refused.status, refused.text]).toEqual([403, "Application [2] is disabled."]);
  await other.expectSilence();

  writeFileSync(file, toml([one, two]));
  await runResound(["reload", "--laravel", directory]);
  await using back = await connect(server, { key: "k2" });
  await back.established();
  expect((await api.get("/channels")).status).toBe(200);
  expect(await server.stop()).toBe(0);
});

test("what only a restart can change is named", async () => {
  const directory = temporaryDirectory(), file = join(directory, "resound.toml");
  const server = await startServer({ directory, env: NO_ENV, files: { "resound.toml": toml([one]) } });
  writeFileSync(file, toml([{ ...one, max_message_size: 20_000 }], 'path = "/ws"\nmax_request_size = 5'));
  const { code, stdout } = await runResound(["reload", "--laravel", directory]);
  expect([code, stdout.slice(1)]).toEqual([0, [
    "  path (REVERB_SERVER_PATH) stays as it was until a restart",
    "  max_message_size is 20000, but messages above 10000 bytes are taken only after a restart",
    "  Changed application 1: max_message_size",
  ]]);
  // max_request_size follows at once.
  const api = new ApiClient(server, { id: "1", key: "k1", secret: "s1" });
  expect((await api.trigger("news", "e", "x")).status).toBe(413);
  expect(await server.stop()).toBe(0);
});

test("the made-up application of a server without configuration survives SIGHUP", async () => {
  const server = await startServer({ env: NO_ENV });
  const key = /REVERB_APP_KEY=(\S+)/.exec(await server.output.waitFor("REVERB_APP_KEY="))?.[1] ?? "";
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("No application has changed");
  await using client = await connect(server, { key });
  await client.established();
  expect(await server.stop()).toBe(0);
});

const KEPT = "  The new configuration is refused, the old one stays in use";

test("a .env that is missing during a deployment takes no application away, also with SIGHUP", async () => {
  const directory = temporaryDirectory(), file = join(directory, ".env");
  const server = await startServer({
    directory,
    env: NO_ENV,
    files: {
      ".env":
        "REVERB_APP_ID=1\nREVERB_APP_KEY=k1\nREVERB_APP_SECRET=s1\nREVERB_APP_ALLOWED_ORIGINS=a.example\n",
    },
  });
  await using client = await connect(server, { key: "k1", headers: { origin: "https://a.example" } });
  await client.established();
  renameSync(file, `${file}.old`);
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("The new configuration is refused, the old one stays in use");
  const { code, stdout, stderr } = await runResound(["reload", "--laravel", directory]);
  expect({ code, stdout, stderr: stderr.slice(1) }).toEqual({
    code: 1,
    stdout: [],
    stderr: [
      "  .env was read before and is missing now; put it back, or restart the server to go on without it",
      "  No application is configured any more, and a made-up one does not take the place of a configured one",
      KEPT,
    ],
  });
  await client.expectSilence();
  await using refused = await connect(server, { key: "k1", headers: { origin: "https://evil.example" } });
  expect(await refused.next()).toContain("4009");

  renameSync(`${file}.old`, file);
  expect((await runResound(["reload", "--laravel", directory])).code).toBe(0);
  expect(await server.stop()).toBe(0);
});

test("a config file that is missing for a moment is no reason to close clients either", async () => {
  const directory = temporaryDirectory(), file = join(directory, "resound.toml");
  // Without the file, the variables describe another application.
  const server = await startServer({ directory, files: { "resound.toml": toml([one, two]) } });
  await using client = await connect(server, { key: "k2" });
  await client.established();
  renameSync(file, `${file}.old`);
  const { code, stderr } = await runResound(["reload", "--laravel", directory]);
  expect({ code, stderr: stderr.slice(1) }).toEqual({
    code: 1,
    stderr: [
      "  resound.toml was read before and is missing now; put it back, or restart the server to go on without it",
      KEPT,
    ],
  });
  await client.expectSilence();
  expect(await server.stop()).toBe(0);
});
