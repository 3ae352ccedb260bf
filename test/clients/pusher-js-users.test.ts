import { expect, test } from "bun:test";
import { type AuthUser, startAuthEndpoint } from "../support/auth-endpoint.ts";
import { connectPusher, type PusherClient, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";
import { useServer } from "../support/use-server.ts";
import { useResource } from "../support/use-resource.ts";

const server = useServer();
const sdk = useResource(() => serverSdk(server));
const auth = useResource(() => startAuthEndpoint(sdk));

/** A client that is signed in, and what its user is told. */
interface SignedIn extends Disposable {
  readonly client: PusherClient;
  readonly events: EventLog;
  readonly watchlist: EventLog;
}

async function signIn(user: AuthUser): Promise<SignedIn> {
  const client = await connectPusher(server, { auth, user });
  const { pusher } = client;
  const events = EventLog.of(pusher.user), watchlist = EventLog.of(pusher.user.watchlist);
  pusher.signin();
  // The library subscribes to the user's own channel once it is signed in.
  for (;;) {
    const message = await client.connection.nextOf("message") as { event: string; channel?: string };
    if (message.channel !== `#server-to-user-${user.id}`) continue;
    if (message.event === "pusher_internal:subscription_succeeded") break;
  }
  return { client, events, watchlist, [Symbol.dispose]: () => pusher.disconnect() };
}

test("a user is signed in with what the SDK has signed", async () => {
  using ann = await signIn({ id: "ann" });
  expect(ann.client.pusher.user.user_data).toEqual({
    id: "ann",
    user_info: { name: "User ann" },
    watchlist: [],
  });
});

test("an event to a user reaches all of its connections and no others", async () => {
  using first = await signIn({ id: "bob" });
  using second = await signIn({ id: "bob" });
  using other = await signIn({ id: "eve" });
  await sdk.sendToUser("bob", "greeting", { text: "hello" });
  await sdk.sendToUser("eve", "greeting", { text: "you" });
  for (const { events } of [first, second]) {
    expect(await events.next()).toEqual({ name: "greeting", data: { text: "hello" } });
  }
  expect(await other.events.next()).toEqual({ name: "greeting", data: { text: "you" } });
});

test("a connection that is not signed in as a user does not get the events of that user", async () => {
  using spy = await signIn({ id: "spy" });
  // The library has no call for it; an attacker writes the frame by hand.
  spy.client.pusher.send_event("pusher:subscribe", { channel: "#server-to-user-carol", auth: "" });
  expect(await spy.client.connection.nextOf("error")).toMatchObject({ data: { code: 4009 } });
  using carol = await signIn({ id: "carol" });
  await sdk.sendToUser("carol", "private-news", 1);
  expect(await carol.events.next()).toEqual({ name: "private-news", data: 1 });
  await sdk.sendToUser("spy", "marker", 2);
  expect(await spy.events.next()).toEqual({ name: "marker", data: 2 });
  const received = spy.client.connection.all.filter(({ name }) => name === "message");
  expect(JSON.stringify(received)).not.toContain("private-news");
});

test("a watchlist reports the users that are online, come and go", async () => {
  using dan = await signIn({ id: "dan" });
  using watcher = await signIn({ id: "watcher", watchlist: ["dan", "fay"] });
  expect(await watcher.watchlist.next()).toEqual({
    name: "online",
    data: { name: "online", user_ids: ["dan"] },
  });
  expect(await watcher.watchlist.next()).toEqual({
    name: "offline",
    data: { name: "offline", user_ids: ["fay"] },
  });
  const fay = await signIn({ id: "fay" });
  expect(await watcher.watchlist.nextOf("online")).toEqual({ name: "online", user_ids: ["fay"] });
  const second = await signIn({ id: "fay" });
  fay.client.pusher.disconnect();
  // The first connection's end says nothing while the second one lives: the next news is dan's.
  dan.client.pusher.disconnect();
  expect(await watcher.watchlist.next()).toMatchObject({ data: { name: "offline", user_ids: ["dan"] } });
  second.client.pusher.disconnect();
  expect(await watcher.watchlist.next()).toMatchObject({ data: { name: "offline", user_ids: ["fay"] } });
});

test("a sign-in that the application refuses, or signs wrongly, leaves the connection as it is", async () => {
  using client = await connectPusher(server, { auth });
  const user = EventLog.of(client.pusher.user);
  client.pusher.signin();
  expect(await user.nextOf("pusher:signin_error")).toMatchObject({ type: "AuthError", status: 401 });
  client.pusher.send_event("pusher:signin", { auth: "app-key:00", user_data: '{"id":"mallory"}' });
  expect(await client.connection.nextOf("error")).toMatchObject({ data: { code: 4009 } });
  expect(client.pusher.connection.state).toBe("connected");
});

test("terminating a user's connections ends them for good, and no others", async () => {
  using first = await signIn({ id: "gus" });
  using second = await signIn({ id: "gus" });
  using other = await signIn({ id: "hal" });
  // Not signed in, but there as a member of a presence channel.
  using member = await connectPusher(server, { auth, user: { id: "gus" } });
  await EventLog.of(member.pusher.subscribe("presence-end")).nextOf("pusher:subscription_succeeded");
  expect((await sdk.terminateUserConnections("gus")).status).toBe(200);
  for (const { connection } of [first.client, second.client, member]) {
    expect(await connection.nextOf("error")).toMatchObject({ data: { code: 4009 } });
    await connection.nextOf("disconnected");
  }
  expect(other.client.pusher.connection.state).toBe("connected");
  await sdk.sendToUser("hal", "still", "here");
  expect(await other.events.next()).toEqual({ name: "still", data: "here" });
});
