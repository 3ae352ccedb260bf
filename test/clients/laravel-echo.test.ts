import { describe, expect, test } from "bun:test";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { connectEcho, type EchoBroadcaster, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";
import { useServer } from "../support/use-server.ts";
import { useResource } from "../support/use-resource.ts";

const BROADCASTERS: readonly EchoBroadcaster[] = ["reverb", "pusher"];

describe.each(BROADCASTERS)("Laravel Echo with the broadcaster %s", (broadcaster) => {
  const server = useServer();
  const sdk = useResource(() => serverSdk(server));
  const auth = useResource(() => startAuthEndpoint(sdk));

  test("listens to events of a public channel by class name, by alias and to all", async () => {
    using client = await connectEcho(broadcaster, server);
    const log = new EventLog();
    client.echo.channel("orders").subscribed(log.note("subscribed")).listen("OrderShipped", log.note("class"))
      .listen(".order.shipped", log.note("alias")).listenToAll((name: string, data: unknown) => {
        log.note(`all ${name}`)(data);
      });
    await log.nextOf("subscribed");
    await sdk.trigger("orders", "App\\Events\\OrderShipped", { id: 1 });
    await sdk.trigger("orders", "order.shipped", { id: 2 });
    const names = [await log.next(), await log.next(), await log.next(), await log.next()];
    expect(names).toEqual(expect.arrayContaining([
      { name: "class", data: { id: 1 } },
      { name: "all OrderShipped", data: { id: 1 } },
      { name: "alias", data: { id: 2 } },
      { name: "all .order.shipped", data: { id: 2 } },
    ]));
  });

  test("toOthers leaves out the socket that Echo names", async () => {
    using sender = await connectEcho(broadcaster, server);
    using other = await connectEcho(broadcaster, server);
    const logs = [sender, other].map(({ echo }) => {
      const log = new EventLog();
      echo.channel("others").subscribed(log.note("subscribed")).listen(".saved", log.note("saved"));
      return log;
    });
    for (const log of logs) await log.nextOf("subscribed");
    await sdk.trigger("others", "saved", "first", { socket_id: sender.echo.socketId()! });
    await sdk.trigger("others", "saved", "second");
    expect(await logs[1]!.next()).toEqual({ name: "saved", data: "first" });
    expect(await logs[1]!.next()).toEqual({ name: "saved", data: "second" });
    expect(await logs[0]!.next()).toEqual({ name: "saved", data: "second" });
  });

  test("a private channel brings notifications and whispers", async () => {
    using one = await connectEcho(broadcaster, server, { auth });
    using two = await connectEcho(broadcaster, server, { auth });
    const logs = [one, two].map(({ echo }) => {
      const log = new EventLog();
      echo.private("users.1").subscribed(log.note("subscribed")).notification(log.note("notification"))
        .listenForWhisper("typing", log.note("whisper"));
      return log;
    });
    for (const log of logs) await log.nextOf("subscribed");
    one.echo.private("users.1").whisper("typing", { name: "Ann" });
    expect(await logs[1]!.next()).toEqual({ name: "whisper", data: { name: "Ann" } });
    await sdk.trigger(
      "private-users.1",
      "Illuminate\\Notifications\\Events\\BroadcastNotificationCreated",
      { type: "paid" },
    );
    for (const log of logs) {
      expect(await log.next()).toEqual({ name: "notification", data: { type: "paid" } });
    }
  });

  test("a refused private channel is reported to error(), no matter whether the application or the server refuses it", async () => {
    auth.rules.set("private-forged", "forged").set("private-forbidden", "forbidden");
    using client = await connectEcho(broadcaster, server, { auth });
    const byServer = new EventLog(), byApplication = new EventLog();
    client.echo.private("forged").error(byServer.note("error"));
    client.echo.private("forbidden").error(byApplication.note("error"));
    expect(await byServer.nextOf("error")).toMatchObject({ type: "AuthError", status: 401 });
    expect(await byApplication.nextOf("error")).toMatchObject({ type: "AuthError", status: 403 });
  });

  test("a presence channel tells who is here, joining and leaving", async () => {
    using ann = await connectEcho(broadcaster, server, { auth, user: { id: "1" } });
    const log = new EventLog();
    ann.echo.join("room").here(log.note("here")).joining(log.note("joining")).leaving(log.note("leaving"));
    expect(await log.next()).toEqual({ name: "here", data: [{ name: "User 1" }] });

    using bob = await connectEcho(broadcaster, server, { auth, user: { id: "2" } });
    const bobs = new EventLog();
    bob.echo.join("room").here(bobs.note("here")).listenForWhisper("wave", bobs.note("wave"));
    expect(await bobs.next()).toEqual({ name: "here", data: [{ name: "User 1" }, { name: "User 2" }] });
    expect(await log.next()).toEqual({ name: "joining", data: { name: "User 2" } });
    ann.echo.join("room").whisper("wave", { to: 2 });
    expect(await bobs.next()).toEqual({ name: "wave", data: { to: 2 } });
    bob.echo.leave("room");
    expect(await log.next()).toEqual({ name: "leaving", data: { name: "User 2" } });
  });

  test("an encrypted private channel is decrypted", async () => {
    using client = await connectEcho(broadcaster, server, { auth });
    const log = new EventLog();
    client.echo.encryptedPrivate("vault").subscribed(log.note("subscribed")).listen(
      ".secret",
      log.note("secret"),
    );
    await log.nextOf("subscribed");
    await sdk.trigger("private-encrypted-vault", "secret", { pin: 1 });
    expect(await log.next()).toEqual({ name: "secret", data: { pin: 1 } });
  });

  test("leaving a channel stops its events", async () => {
    using client = await connectEcho(broadcaster, server);
    const log = new EventLog();
    client.echo.channel("gone").subscribed(log.note("subscribed")).listen(".news", log.note("gone"));
    client.echo.channel("kept").subscribed(log.note("subscribed")).listen(".news", log.note("kept"));
    await log.nextOf("subscribed");
    await log.nextOf("subscribed");
    client.echo.leave("gone");
    // The server handles frames in order: once this is confirmed, the channel has been left.
    client.echo.channel("after").subscribed(log.note("after"));
    await log.nextOf("after");
    await sdk.trigger(["gone", "kept"], "news", 1);
    expect(await log.next()).toEqual({ name: "kept", data: 1 });
    expect(await (await sdk.get({ path: "/channels/gone" })).json()).toEqual({ occupied: false });
  });

  test("signing in brings the user's own events", async () => {
    using client = await connectEcho(broadcaster, server, { auth, user: { id: "42" } });
    const log = EventLog.of(client.pusher.user), messages = EventLog.of(client.pusher.connection);
    client.pusher.signin();
    for (;;) {
      const { event } = await messages.nextOf("message") as { event: string };
      if (event === "pusher:signin_success") break;
    }
    await sdk.sendToUser("42", "hello", { n: 1 });
    expect(await log.next()).toEqual({ name: "hello", data: { n: 1 } });
  });
});
