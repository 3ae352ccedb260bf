import { expect, test } from "bun:test";
import { ConnectionRegistry } from "../../../../src/hub/connections/connection-registry.ts";
import { drain } from "../../../../src/hub/connections/drain.ts";
import { ENDINGS } from "../../../../src/monitoring/disconnect-reason.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

const STOPPING = { code: 4200, reason: "The server is stopping" };

test("without time to spread them all connections are closed at once", async () => {
  const fake = new FakeHub();
  const clients = Array.from({ length: 100 }, () => fake.connect());
  const drained = drain(clients.map(({ connection }) => connection));
  for (const { socket } of clients) expect(socket.closed).toEqual(STOPPING);
  await drained;
});

test("with time they go in batches, and all at once when it is hurried", async () => {
  const fake = new FakeHub(), hurry = new AbortController();
  const clients = Array.from({ length: 100 }, () => fake.connect());
  const closed = (): number => clients.filter(({ socket }) => socket.closed !== undefined).length;
  const drained = drain(clients.map(({ connection }) => connection), {
    milliseconds: 500,
    hurry: hurry.signal,
  });
  expect(closed()).toBe(10);
  hurry.abort();
  await drained;
  expect(closed()).toBe(100);
});

test("clients that no other server can take get another close frame", async () => {
  const { connection, socket } = new FakeHub().connect();
  await drain([connection], { ending: ENDINGS.server_ending });
  expect(socket.closed).toEqual({ code: 4100, reason: "The server is stopping" });
});

test("a connection is closed once, with the first reason", () => {
  const { connection, socket } = new FakeHub().connect();
  connection.close({ close: 4201, message: "first", disconnect: "pong_missing" });
  connection.close({ close: 4200, message: "second", disconnect: "server_stopping" });
  expect(socket.closed).toEqual({ code: 4201, reason: "first" });
  expect(connection.closing).toBeTrue();
  expect(connection.disconnect).toBe("pong_missing");
});

test("the registry finds connections by socket id", () => {
  const fake = new FakeHub(), registry = new ConnectionRegistry();
  const { connection } = fake.connect();
  registry.add(connection);
  expect([registry.size, registry.find(connection.id), registry.find("9.9")]).toEqual([
    1,
    connection,
    undefined,
  ]);
  registry.remove(connection);
  expect([...registry]).toEqual([]);
});
