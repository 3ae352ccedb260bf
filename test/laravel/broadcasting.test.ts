import { afterAll, beforeAll, expect, test } from "bun:test";
import { EventLog } from "../support/event-log.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { LaravelApplication, type ServedApplication } from "./laravel-application.ts";
import { connectToLaravel, type LaravelEchoClient } from "./laravel-echo-client.ts";
import { fetchLaravel } from "./laravel-packages.ts";
import { lacksPhpExtension } from "./php-extensions.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "sodium");
const skip = skipWhen(missing !== undefined, `Laravel as a client: ${missing}`);
if (typeof packages !== "string" && !skip) {
  const [framework, pusher] = ["laravel/framework", "pusher/pusher-php-server"]
    .map((name) => `${name} ${packages.versions.get(name)}`);
  console.log(`Laravel as a client: ${framework}, its own broadcaster on ${pusher}`);
}

let application: LaravelApplication, server: RunningServer, web: ServedApplication;

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages);
  // The application's own folder, as people start it: one .env and one config/reverb.php for both sides.
  server = await startServer({ directory: application.directory });
  application.append(".env", `REVERB_PORT=${server.port}\n`);
  web = await application.serve();
});

afterAll(async () => {
  if (skip) return;
  await web?.[Symbol.asyncDispose]();
  await server?.stop();
});

/** A call of a browser to the application's own routes. */
async function call(path: string, client?: LaravelEchoClient, method = "POST"): Promise<unknown> {
  const response = await fetch(web.url + path, { method, headers: client?.socketHeader ?? {} });
  const text = await response.text();
  expect({ path, status: response.status, text: response.ok ? "" : text }).toEqual({
    path,
    status: 200,
    text: "",
  });
  return text === "" ? undefined : JSON.parse(text);
}

test.skipIf(skip)("the server is configured by the application's .env and config/reverb.php", () => {
  expect(server.output.text()).toContain("Configured by .env, config/reverb.php");
  expect(server.output.stderr).toEqual([]);
});

test.skipIf(skip)("broadcast() in a route reaches a public channel, by the event's class name", async () => {
  using client = await connectToLaravel(server, web);
  const log = new EventLog();
  client.echo.channel("orders").subscribed(log.note("subscribed")).listen(
    "OrderShipped",
    log.note("shipped"),
  );
  await log.nextOf("subscribed");
  await call("/ship/7/public");
  expect(await log.next()).toEqual({ name: "shipped", data: { order: 7 } });
});

test.skipIf(skip)("an event out of php artisan reaches it too", async () => {
  using client = await connectToLaravel(server, web);
  const log = new EventLog();
  client.echo.channel("orders").subscribed(log.note("subscribed")).listen(
    "OrderShipped",
    log.note("shipped"),
  );
  await log.nextOf("subscribed");
  expect(await application.artisan("orders:ship", "8")).toEqual({ exitCode: 0, output: "" });
  expect(await log.next()).toEqual({ name: "shipped", data: { order: 8 } });
});

test.skipIf(skip)("an anonymous event keeps its name and every character", async () => {
  using client = await connectToLaravel(server, web);
  const log = new EventLog();
  client.echo.channel("orders").subscribed(log.note("subscribed")).listen(
    ".announced",
    log.note("announced"),
  );
  await log.nextOf("subscribed");
  await call("/announce");
  expect(await log.next()).toEqual({ name: "announced", data: { text: "Grüße, 世界 🚀" } });
});

test.skipIf(skip)("toOthers() leaves out the client whose X-Socket-ID the request carries", async () => {
  using sender = await connectToLaravel(server, web);
  using other = await connectToLaravel(server, web);
  const logs = [sender, other].map(({ echo }) => {
    const log = new EventLog();
    echo.channel("orders").subscribed(log.note("subscribed")).listen("OrderShipped", log.note("shipped"));
    return log;
  });
  for (const log of logs) await log.nextOf("subscribed");
  await call("/ship/1/public", sender);
  await call("/ship-to-all/2", sender);
  expect(await logs[1]!.next()).toEqual({ name: "shipped", data: { order: 1 } });
  expect(await logs[1]!.next()).toEqual({ name: "shipped", data: { order: 2 } });
  expect(await logs[0]!.next()).toEqual({ name: "shipped", data: { order: 2 } });
});

test.skipIf(skip)("routes/channels.php decides who may listen to a private channel", async () => {
  using owner = await connectToLaravel(server, web, "5");
  using stranger = await connectToLaravel(server, web, "6");
  using guest = await connectToLaravel(server, web);
  const log = new EventLog();
  const refused = [stranger, guest].map(({ echo }) => {
    const errors = new EventLog();
    echo.private("orders.5").error(errors.note("error"));
    return errors;
  });
  owner.echo.private("orders.5").subscribed(log.note("subscribed")).listen(
    "OrderShipped",
    log.note("shipped"),
  );
  await log.nextOf("subscribed");
  expect(await refused[0]!.nextOf("error")).toMatchObject({ status: 403 });
  expect(await refused[1]!.nextOf("error")).toMatchObject({ status: 401 });
  await call("/ship/5/private");
  expect(await log.next()).toEqual({ name: "shipped", data: { order: 5 } });
});

test.skipIf(skip)(
  "a presence channel has the members that the application describes, and their whispers",
  async () => {
    using ann = await connectToLaravel(server, web, "1");
    const log = new EventLog();
    ann.echo.join("warehouse").here(log.note("here")).joining(log.note("joining")).leaving(
      log.note("leaving"),
    )
      .listen("OrderShipped", log.note("shipped")).listenForWhisper("typing", log.note("typing"));
    expect(await log.next()).toEqual({ name: "here", data: [{ name: "User 1" }] });
    using bob = await connectToLaravel(server, web, "2");
    const bobs = new EventLog();
    bob.echo.join("warehouse").here(bobs.note("here"));
    await bobs.nextOf("here");
    expect(await log.next()).toEqual({ name: "joining", data: { name: "User 2" } });
    bob.echo.join("warehouse").whisper("typing", { name: "Bob" });
    expect(await log.next()).toEqual({ name: "typing", data: { name: "Bob" } });
    await call("/ship/9/presence", bob);
    expect(await log.next()).toEqual({ name: "shipped", data: { order: 9 } });

    // What the application asks the server while they are here.
    expect(await call("/ask/channels", undefined, "GET")).toMatchObject({
      channels: { "presence-warehouse": { user_count: 2 } },
    });
    expect(await call("/ask/channel", undefined, "GET")).toMatchObject({ occupied: true, user_count: 2 });
    // As a number where the library sends one, as Reverb answers too.
    const { users } = await call("/ask/users", undefined, "GET") as { users: { id: unknown }[] };
    expect(users.map(({ id }) => String(id))).toEqual(["1", "2"]);
    bob.echo.leave("warehouse");
    expect(await log.next()).toEqual({ name: "leaving", data: { name: "User 2" } });
  },
);

test.skipIf(skip)("an encrypted channel is closed to the server: only Echo reads it", async () => {
  using client = await connectToLaravel(server, web, "1");
  const log = new EventLog();
  client.echo.encryptedPrivate("vault").subscribed(log.note("subscribed")).listen(
    "OrderShipped",
    log.note("shipped"),
  );
  await log.nextOf("subscribed");
  await call("/ship/3/encrypted");
  expect(await log.next()).toEqual({ name: "shipped", data: { order: 3 } });
});

test.skipIf(skip)(
  "a notification over the broadcast channel reaches the user's private channel",
  async () => {
    using client = await connectToLaravel(server, web, "1");
    const log = new EventLog();
    client.echo.private("App.User.1").subscribed(log.note("subscribed")).notification(
      log.note("notification"),
    );
    await log.nextOf("subscribed");
    await call("/pay/4");
    expect(await log.next()).toMatchObject({
      name: "notification",
      data: { order: 4, type: "App\\Notifications\\OrderPaid", id: expect.any(String) },
    });
  },
);

test.skipIf(skip)("a user signs in through /broadcasting/user-auth", async () => {
  using client = await connectToLaravel(server, web, "1");
  const messages = EventLog.of(client.pusher.connection);
  client.pusher.signin();
  for (;;) {
    const { event, data } = await messages.nextOf("message") as {
      event: string;
      data: { user_data: string };
    };
    if (event !== "pusher:signin_success") continue;
    expect(JSON.parse(data.user_data)).toEqual({ id: "1", user_info: { name: "User 1" } });
    break;
  }
});

test.skipIf(skip)("GET /connections answers the signed call of Reverb's recorder for Pulse", async () => {
  using _client = await connectToLaravel(server, web);
  const { connections } = await call("/ask/connections", undefined, "GET") as { connections: number };
  expect(connections).toBeGreaterThanOrEqual(1);
});

test.skipIf(skip)("terminateUserConnections() closes a signed-in user's clients", async () => {
  using client = await connectToLaravel(server, web, "1");
  const messages = EventLog.of(client.pusher.connection);
  client.pusher.signin();
  for (;;) {
    const { event } = await messages.nextOf("message") as { event: string };
    if (event === "pusher:signin_success") break;
  }
  await call("/terminate/1");
  await messages.nextOf("disconnected");
});
