import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { hmac, signChannel, signUser } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { subscriptionError, succeeded, UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

function signedIn(userData: string): string {
  return `{"event":"pusher:signin_success","data":{"user_data":${JSON.stringify(userData)}}}`;
}

describe("signing in", () => {
  test("is confirmed with the user data as a string", async () => {
    await using peer = await Peer.connect(server);
    expect(await peer.signIn('{"id":"42"}')).toBe(
      String.raw`{"event":"pusher:signin_success","data":{"user_data":"{\"id\":\"42\"}"}}`,
    );
    await peer.expectSilence();
  });

  test.each([
    '{"id":"42","user_info":{"name":"Ann"},"watchlist":[]}',
    '{ "user_info" : null , "id" : "a/é\\"b" , "more": 12345678901234567890 }',
    '{"id":"x","watchlist":null}',
  ])("gives the user data back as it was signed: %s", async (userData) => {
    await using peer = await Peer.connect(server);
    expect(await peer.signIn(userData)).toBe(signedIn(userData));
  });

  test("takes its data as a JSON string as well", async () => {
    await using peer = await Peer.connect(server);
    const userData = '{"id":"42"}';
    const auth = signUser(TEST_APPLICATION, peer.id, userData);
    expect(await peer.ask("pusher:signin", JSON.stringify({ auth, user_data: userData }))).toBe(
      signedIn(userData),
    );
  });

  test("again as the same user is confirmed again", async () => {
    await using peer = await Peer.connect(server);
    await peer.signIn('{"id":"42"}');
    expect(await peer.signIn('{"id":"42","user_info":{}}')).toBe(signedIn('{"id":"42","user_info":{}}'));
    await api.trigger("#server-to-user-42", "greeting", "1");
    await peer.nextEvent("greeting");
    await peer.expectSilence();
  });

  test("as another user on the same socket is refused, and the first sign-in stays", async () => {
    await using peer = await Peer.connect(server);
    await peer.signIn('{"id":"42"}');
    expect(await peer.signIn('{"id":"43"}')).toBe(UNAUTHORIZED);
    await api.trigger("#server-to-user-43", "greeting", "1");
    await api.trigger("#server-to-user-42", "greeting", "2");
    expect(await peer.next()).toBe('{"event":"greeting","data":"2","channel":"#server-to-user-42"}');
    await peer.expectSilence();
  });

  const userData = '{"id":"42"}';
  const { key, secret } = TEST_APPLICATION;
  test.each<[string, (id: string) => string]>([
    ["an empty auth", () => ""],
    ["no key", (id) => signUser({ key, secret }, id, userData).slice(key.length + 1)],
    ["another key", (id) => signUser({ key: "other-key", secret }, id, userData)],
    ["another secret", (id) => signUser({ key, secret: "guess" }, id, userData)],
    ["another socket's signature", () => signUser({ key, secret }, "1.1", userData)],
    ["another user's signature", (id) => signUser({ key, secret }, id, '{"id":"1"}')],
    ["the signature of a channel", (id) => signChannel({ key, secret }, id, "user", userData)],
    ["a signature with single colons", (id) => `${key}:${hmac(secret, `${id}:user:${userData}`)}`],
  ])("with %s is refused, and the connection lives on", async (_, auth) => {
    await using peer = await Peer.connect(server);
    expect(await peer.ask("pusher:signin", { auth: auth(peer.id), user_data: userData })).toBe(UNAUTHORIZED);
    expect(await peer.subscribe("#server-to-user-42")).toBe(UNAUTHORIZED);
    expect(await peer.next()).toBe(subscriptionError("#server-to-user-42"));
    expect(await peer.signIn(userData)).toBe(signedIn(userData));
  });

  test.each([
    "",
    "nonsense",
    "null",
    "[]",
    '"42"',
    "{}",
    '{"id":null}',
    '{"id":""}',
    '{"id":42}',
    '{"id":["42"]}',
    '{"user_id":"42"}',
    '{"id":"42","watchlist":"7"}',
    '{"id":"42","watchlist":{"0":"7"}}',
    '{"id":"42","watchlist":[7]}',
    '{"id":"42","watchlist":[""]}',
    '{"id":"a\\nb"}',
    `{"id":"${"x".repeat(200)}"}`,
  ])("with %j as user data is refused, and the connection lives on", async (bad) => {
    await using peer = await Peer.connect(server);
    expect(await peer.signIn(bad)).toBe(UNAUTHORIZED);
    expect(await peer.signIn(userData)).toBe(signedIn(userData));
  });
});

describe("the channel of a user", () => {
  test("opens to a socket that is signed in as that user", async () => {
    await using peer = await Peer.connect(server);
    await peer.signIn('{"id":"42"}');
    expect(await peer.subscribe("#server-to-user-42")).toBe(
      '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"#server-to-user-42"}',
    );
  });

  test("stays closed to everyone else, signed in or not, with or without a signature", async () => {
    await using stranger = await Peer.connect(server);
    await using other = await Peer.connect(server);
    await other.signIn('{"id":"4"}');
    for (const peer of [stranger, other]) {
      expect(await peer.subscribe("#server-to-user-42")).toBe(UNAUTHORIZED);
      expect(await peer.next()).toBe(subscriptionError("#server-to-user-42"));
      expect(await peer.subscribeSigned("#server-to-user-42")).toBe(UNAUTHORIZED);
      expect(await peer.next()).toBe(subscriptionError("#server-to-user-42"));
    }
    await api.trigger("#server-to-user-42", "greeting", "secret");
    await stranger.expectSilence();
    await other.expectSilence();
  });

  test("brings its events to every socket of the user, and to no other", async () => {
    const tabs = await Peer.connectAll(server, 2);
    await using other = await Peer.connect(server);
    for (const tab of tabs) {
      await tab.signIn('{"id":"42"}');
      await tab.subscribe("#server-to-user-42");
    }
    await other.signIn('{"id":"420"}');
    await other.subscribe("#server-to-user-420");
    await api.trigger("#server-to-user-42", "greeting", '{"hello":"you"}');
    for (const tab of tabs) {
      expect(await tab.next()).toBe(
        String.raw`{"event":"greeting","data":"{\"hello\":\"you\"}","channel":"#server-to-user-42"}`,
      );
      await tab.expectSilence();
    }
    await other.expectSilence();
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  test("brings its events from the sign-in on, before it is subscribed", async () => {
    await using peer = await Peer.connect(server);
    await peer.signIn('{"id":"42"}');
    await api.trigger("#server-to-user-42", "greeting", "1");
    expect(await peer.next()).toBe('{"event":"greeting","data":"1","channel":"#server-to-user-42"}');
    await peer.subscribe("#server-to-user-42");
    await api.trigger("#server-to-user-42", "greeting", "2");
    expect(await peer.next()).toBe('{"event":"greeting","data":"2","channel":"#server-to-user-42"}');
    await peer.expectSilence();
  });

  test("leaves out the socket that socket_id names", async () => {
    const [one, two] = await Peer.connectAll(server, 2) as [Peer, Peer];
    await one.signIn('{"id":"42"}');
    await two.signIn('{"id":"42"}');
    await api.trigger("#server-to-user-42", "greeting", "1", { socket_id: one.id });
    expect(await two.next()).toBe('{"event":"greeting","data":"1","channel":"#server-to-user-42"}');
    await one.expectSilence();
    await Promise.all([one.close(), two.close()]);
  });

  test("is silent after it was unsubscribed, until it is subscribed again", async () => {
    await using peer = await Peer.connect(server);
    await peer.signIn('{"id":"42"}');
    await peer.subscribe("#server-to-user-42");
    await peer.unsubscribe("#server-to-user-42");
    await api.trigger("#server-to-user-42", "greeting", "1");
    await peer.expectSilence();
    expect(await peer.subscribe("#server-to-user-42")).toBe(succeeded("#server-to-user-42"));
    await api.trigger("#server-to-user-42", "greeting", "2");
    expect(await peer.next()).toBe('{"event":"greeting","data":"2","channel":"#server-to-user-42"}');
  });

  test("of another user can be unsubscribed without effect", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.signIn('{"id":"42"}');
    await two.signIn('{"id":"43"}');
    await two.unsubscribe("#server-to-user-42");
    await api.trigger("#server-to-user-42", "greeting", "1");
    await one.nextEvent("greeting");
  });

  test("keeps nothing: an event for a user who is not there is lost", async () => {
    await using peer = await Peer.connect(server);
    await api.trigger("#server-to-user-cache-1", "greeting", "1");
    await peer.signIn('{"id":"cache-1"}');
    expect(await peer.subscribe("#server-to-user-cache-1")).toBe(succeeded("#server-to-user-cache-1"));
    await peer.expectSilence();
  });
});

describe("terminating a user's connections", () => {
  const terminated = String
    .raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Connection terminated by the application\"}"}`;

  test("tells and closes every socket that is signed in as the user, with 4009", async () => {
    const tabs = await Peer.connectAll(server, 2);
    await using other = await Peer.connect(server);
    for (const tab of tabs) await tab.signIn('{"id":"42"}');
    await other.signIn('{"id":"43"}');
    expect((await api.post("/users/42/terminate_connections", {})).text).toBe("{}");
    for (const tab of tabs) {
      expect(await tab.next()).toBe(terminated);
      expect(await tab.closed).toEqual({
        code: 4009,
        reason: "Connection terminated by the application",
        wasClean: true,
      });
    }
    await other.expectSilence();
  });

  test("finds the members of presence channels too, while others have no user at all", async () => {
    await using member = await Peer.connect(server);
    await using number = await Peer.connect(server);
    await using stranger = await Peer.connect(server);
    await member.subscribeSigned("presence-room", '{"user_id":"42"}');
    await number.subscribeSigned("presence-other", '{"user_id":42}');
    await api.post("/users/42/terminate_connections", {});
    for (const peer of [member, number]) {
      expect(await peer.next()).toBe(terminated);
      expect((await peer.closed).code).toBe(4009);
    }
    await stranger.expectSilence();
  });
});
