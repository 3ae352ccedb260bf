import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { signChannel, signUser } from "../../support/sign-channel.ts";
import { connect } from "../../support/socket-client.ts";
import {
  INVALID_MESSAGE,
  ORIGIN_NOT_ALLOWED,
  OVER_QUOTA,
  PONG,
  RATE_LIMITED,
  subscriptionError,
  succeeded,
  UNAUTHORIZED,
} from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const ONE = { id: "1", key: "key-one", secret: "secret-one" };
const TWO = { id: "11", key: "key-two", secret: "secret-two" };
const TIGHT = { id: "tight", key: "key-tight", secret: "secret-tight" };

const server = useServer({
  files: {
    "resound.toml": `
[[apps]]
app_id = "1"
key = "key-one"
secret = "secret-one"
activity_timeout = 11

[[apps]]
app_id = "11"
key = "key-two"
secret = "secret-two"
activity_timeout = 22
accept_client_events_from = "all"

[[apps]]
app_id = "tight"
key = "key-tight"
secret = "secret-tight"
max_connections = 1
allowed_origins = ["tight.example"]
accept_client_events_from = "none"

[apps.rate_limiting]
enabled = true
max_attempts = 1
decay_seconds = 3600
`,
  },
});

const apiOne = new ApiClient(server, ONE);
const apiTwo = new ApiClient(server, TWO);

/** One peer of each of the first two applications. */
async function both(): Promise<[Peer, Peer]> {
  return [await Peer.connect(server, { application: ONE }), await Peer.connect(server, { application: TWO })];
}

async function closeAll(...peers: Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.close()));
}

test("each has its own activity timeout", async () => {
  for (const [{ key }, seconds] of [[ONE, 11], [TWO, 22]] as const) {
    await using client = await connect(server, { key });
    expect(await client.next()).toEndWith(String.raw`,\"activity_timeout\":${seconds}}"}`);
  }
});

test("events of one never reach a channel of the same name of the other", async () => {
  const [one, two] = await both();
  await one.subscribe("shared");
  await two.subscribe("shared");
  await apiOne.trigger("shared", "e", "1");
  expect(await one.next()).toBe('{"event":"e","data":"1","channel":"shared"}');
  await two.expectSilence();
  await apiTwo.trigger("shared", "e", "2");
  expect(await two.next()).toBe('{"event":"e","data":"2","channel":"shared"}');
  await one.expectSilence();
  await closeAll(one, two);
});

test("channels and ids that look alike when written one behind the other are kept apart", async () => {
  const [one, two] = await both();
  await one.subscribe("1");
  await one.subscribe("11");
  await two.subscribe("1");
  await two.subscribe("");
  await two.nextFrames(1);
  await apiTwo.trigger("1", "e", "x");
  expect(await two.next()).toBe('{"event":"e","data":"x","channel":"1"}');
  await one.expectSilence();
  await closeAll(one, two);
});

test("a socket_id of the other leaves no subscriber out", async () => {
  const [one, two] = await both();
  await one.subscribe("shared");
  await two.subscribe("shared");
  await apiOne.trigger("shared", "e", "1", { socket_id: two.id });
  expect(await one.next()).toBe('{"event":"e","data":"1","channel":"shared"}');
  await two.expectSilence();
  await closeAll(one, two);
});

test("client events stay within, also where everyone may send them", async () => {
  const [one, two] = await both();
  await one.subscribe("shared");
  two.send({ event: "client-x", channel: "shared", data: {} });
  await two.expectSilence();
  await one.expectSilence();
  await closeAll(one, two);
});

test("a signature by the other's secret, or in the other's name, opens nothing", async () => {
  const [one, two] = await both();
  for (
    const auth of [
      signChannel(TWO, one.id, "private-x"),
      signChannel({ key: ONE.key, secret: TWO.secret }, one.id, "private-x"),
      signChannel({ key: TWO.key, secret: ONE.secret }, one.id, "private-x"),
    ]
  ) {
    expect(await one.ask("pusher:subscribe", { auth, channel: "private-x" })).toBe(UNAUTHORIZED);
    expect(await one.next()).toBe(subscriptionError("private-x"));
  }
  const userData = '{"id":"42"}';
  expect(await one.ask("pusher:signin", { auth: signUser(TWO, one.id, userData), user_data: userData }))
    .toBe(UNAUTHORIZED);
  expect(await one.subscribeSigned("private-x")).toBe(succeeded("private-x"));
  await closeAll(one, two);
});

test("each has its own members", async () => {
  const [one, two] = await both();
  await one.subscribeSigned("presence-shared", '{"user_id":"1"}');
  expect(await two.subscribeSigned("presence-shared", '{"user_id":"2"}')).toContain(
    String.raw`{\"count\":1,\"ids\":[\"2\"]`,
  );
  await one.expectSilence();
  await two.close();
  await one.expectSilence();
  await one.close();
});

test("each has its own users and watchlists", async () => {
  const [one, two] = await both();
  await one.signIn('{"id":"42","watchlist":["7"]}');
  await one.nextEvent("pusher_internal:watchlist_events");
  await two.signIn('{"id":"42"}');
  await using seven = await Peer.connect(server, { application: TWO });
  await seven.signIn('{"id":"7"}');
  await one.expectSilence();
  await apiTwo.trigger("#server-to-user-42", "greeting", "1");
  expect(await two.next()).toBe('{"event":"greeting","data":"1","channel":"#server-to-user-42"}');
  await one.expectSilence();
  await apiTwo.post("/users/42/terminate_connections", {});
  expect((await two.closed).code).toBe(4009);
  await one.expectSilence();
  await one.close();
});

test("each has its own cached events", async () => {
  const [one, two] = await both();
  await apiOne.trigger("cache-shared", "e", "1");
  await two.subscribe("cache-shared");
  expect(await two.next()).toBe('{"event":"pusher:cache_miss","channel":"cache-shared"}');
  await one.subscribe("cache-shared");
  expect(await one.next()).toBe('{"event":"e","data":"1","channel":"cache-shared"}');
  await closeAll(one, two);
});

test("each has its own limits", async () => {
  await using wrongOrigin = await connect(server, { key: TIGHT.key });
  expect(await wrongOrigin.next()).toBe(ORIGIN_NOT_ALLOWED);
  const [one, two] = await both();
  const headers = { Origin: "https://tight.example" };
  await using tight = await Peer.connect(server, { application: TIGHT, headers });
  await using refused = await connect(server, { key: TIGHT.key, headers });
  expect(await refused.next()).toBe(OVER_QUOTA);
  await using another = await Peer.connect(server, { application: ONE, headers });
  await another.expectSilence();
  tight.send({ event: "client-x", channel: "x", data: {} });
  expect(await tight.next()).toContain("client messaging enabled");
  expect(await tight.ask("pusher:ping", {})).toBe(RATE_LIMITED);
  for (const peer of [one, two]) {
    for (let n = 0; n < 3; n++) expect(await peer.ask("pusher:ping", {})).toBe(PONG);
    expect(await peer.ask("nonsense", {})).toBe(INVALID_MESSAGE);
  }
  await closeAll(one, two);
});
