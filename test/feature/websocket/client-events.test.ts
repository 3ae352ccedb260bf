import { describe, expect, test } from "bun:test";
import { INVALID_MESSAGE, NOT_A_MEMBER, PONG, succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const members = useServer();
const all = useServer({ env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "all" } });
const none = useServer({ env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "none" } });

/** Two peers on one channel; members 1 and 2 where it is a presence channel. */
async function pair(server: { readonly url: string }, channel: string): Promise<[Peer, Peer]> {
  const [sender, receiver] = await Peer.connectAll(server, 2) as [Peer, Peer];
  const presence = channel.startsWith("presence-");
  await sender.subscribeSigned(channel, presence ? '{"user_id":"1"}' : undefined);
  await receiver.subscribeSigned(channel, presence ? '{"user_id":"2"}' : undefined);
  if (presence) await sender.nextEvent("pusher_internal:member_added");
  return [sender, receiver];
}

async function closeAll(...peers: Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.close()));
}

describe("a client event of a member", () => {
  test.each(["private-chat", "public-chat", "private-encrypted-chat", "cache-chat"])(
    "reaches the others on %s, never the sender, and names no user",
    async (channel) => {
      const [sender, receiver] = await pair(members, channel);
      if (channel.startsWith("cache-")) {
        await sender.nextEvent("pusher:cache_miss");
        await receiver.nextEvent("pusher:cache_miss");
      }
      sender.send(`{"event":"client-typing","data":{"on":true},"channel":"${channel}"}`);
      expect(await receiver.next()).toBe(
        `{"event":"client-typing","channel":"${channel}","data":{"on":true}}`,
      );
      await sender.expectSilence();
      await receiver.expectSilence();
      await closeAll(sender, receiver);
    },
  );

  test("carries the sender's user_id on a presence channel", async () => {
    const [sender, receiver] = await pair(members, "presence-chat");
    sender.send('{"event":"client-typing","data":{"on":true},"channel":"presence-chat"}');
    expect(await receiver.next()).toBe(
      '{"event":"client-typing","channel":"presence-chat","data":{"on":true},"user_id":"1"}',
    );
    await sender.expectSilence();
    await closeAll(sender, receiver);
  });

  test("carries a user_id that is a number as a number", async () => {
    const [sender, receiver] = await Peer.connectAll(members, 2) as [Peer, Peer];
    await receiver.subscribeSigned("presence-int", '{"user_id":"x"}');
    await sender.subscribeSigned("presence-int", '{"user_id":42}');
    await receiver.nextEvent("pusher_internal:member_added");
    sender.send('{"event":"client-typing","channel":"presence-int","data":null}');
    expect(await receiver.next()).toBe(
      '{"event":"client-typing","channel":"presence-int","data":null,"user_id":42}',
    );
    await closeAll(sender, receiver);
  });

  test("reaches the sender's other tabs", async () => {
    const [one, two] = await Peer.connectAll(members, 2) as [Peer, Peer];
    await one.subscribeSigned("presence-tabs", '{"user_id":"1"}');
    await two.subscribeSigned("presence-tabs", '{"user_id":"1"}');
    one.send('{"event":"client-typing","channel":"presence-tabs","data":1}');
    expect(await two.next()).toBe(
      '{"event":"client-typing","channel":"presence-tabs","data":1,"user_id":"1"}',
    );
    await one.expectSilence();
    await closeAll(one, two);
  });

  test("passes on event, channel and data alone: forged and extra members are dropped", async () => {
    const [sender, receiver] = await pair(members, "private-forged");
    sender.send(
      '{"user_id":"admin","event":"client-x","socket_id":"1.1","channel":"private-forged","data":{"user_id":"7"},' +
        '"extra":{"a":1},"name":"y"}',
    );
    expect(await receiver.next()).toBe(
      '{"event":"client-x","channel":"private-forged","data":{"user_id":"7"}}',
    );
    await closeAll(sender, receiver);
  });

  test("keeps the authenticated user_id against what the sender claims", async () => {
    const [sender, receiver] = await pair(members, "presence-forged");
    sender.send('{"event":"client-x","channel":"presence-forged","user_id":"2","data":{}}');
    expect(await receiver.next()).toBe(
      '{"event":"client-x","channel":"presence-forged","data":{},"user_id":"1"}',
    );
    await closeAll(sender, receiver);
  });

  test("of a signed-in user names no user on a private channel", async () => {
    const [sender, receiver] = await pair(members, "private-signed");
    await sender.signIn('{"id":"42"}');
    sender.send('{"event":"client-x","channel":"private-signed","data":{}}');
    expect(await receiver.next()).toBe('{"event":"client-x","channel":"private-signed","data":{}}');
    await closeAll(sender, receiver);
  });

  test("reaches only its own channel", async () => {
    const [sender, receiver] = await pair(members, "private-own");
    await receiver.subscribeSigned("private-other");
    await using elsewhere = await Peer.connect(members);
    await elsewhere.subscribeSigned("private-other");
    sender.send('{"event":"client-x","channel":"private-own","data":{}}');
    await receiver.nextEvent("client-x");
    await elsewhere.expectSilence();
    await receiver.expectSilence();
    await closeAll(sender, receiver);
  });

  test("may be called client- and anything", async () => {
    const [sender, receiver] = await pair(members, "private-names");
    for (const name of ["client-", "client-a b", 'client-"', "client-é", "client-pusher:ping"]) {
      sender.send({ event: name, channel: "private-names", data: 1 });
      expect(await receiver.next()).toBe(
        `{"event":${JSON.stringify(name)},"channel":"private-names","data":1}`,
      );
    }
    await closeAll(sender, receiver);
  });
});

describe("the data of a client event is passed on as it was sent:", () => {
  test.each([
    ["{}", "{}"],
    ["[]", "[]"],
    ["null", "null"],
    ["true", "true"],
    ["7", "7"],
    ["-0.10e+2", "-0.10e+2"],
    ["12345678901234567890", "12345678901234567890"],
    [
      '{"id":12345678901234567890,"price":1.0,"e":{},"l":[]}',
      '{"id":12345678901234567890,"price":1.0,"e":{},"l":[]}',
    ],
    ['{ "a" : [ 1 , 2 ] }', '{ "a" : [ 1 , 2 ] }'],
    ['{"a":1,"a":2}', '{"a":1,"a":2}'],
    ['"text"', '"text"'],
    ['""', '""'],
    ['"{ not JSON"', '"{ not JSON"'],
    ['"12"', '"12"'],
    ['"a/é\\u00e9\\n\\/"', '"a/é\\u00e9\\n\\/"'],
    ['{"<&>":"\\u2028😀"}', '{"<&>":"\\u2028😀"}'],
  ])("%s", async (data, forwarded) => {
    const [sender, receiver] = await pair(members, "private-data");
    sender.send(`{"event":"client-x","data":${data},"channel":"private-data"}`);
    expect(await receiver.next()).toBe(
      `{"event":"client-x","channel":"private-data","data":${forwarded}}`,
    );
    await closeAll(sender, receiver);
  });

  test.each([
    String.raw`"{\"a\":12345678901234567890}"`,
    String.raw`"{}"`,
    String.raw`"[1,{\"b\":[]}]"`,
    String.raw`" {\"a\":1}\n"`,
    String.raw`"{\"a\":\"{\\\"b\\\":1}\"}"`,
  ])("a string that holds an object or a list, %s, stays that string", async (data) => {
    const [sender, receiver] = await pair(members, "private-string");
    sender.send(`{"event":"client-x","data":${data},"channel":"private-string"}`);
    expect(await receiver.next()).toBe(
      `{"event":"client-x","channel":"private-string","data":${data}}`,
    );
    await closeAll(sender, receiver);
  });

  test("and null when there was none", async () => {
    const [sender, receiver] = await pair(members, "private-none");
    sender.send('{"event":"client-x","channel":"private-none"}');
    expect(await receiver.next()).toBe('{"event":"client-x","channel":"private-none","data":null}');
    await closeAll(sender, receiver);
  });

  test("and the last one when it was there twice, in any spelling", async () => {
    const [sender, receiver] = await pair(members, "private-double");
    sender.send(
      String.raw`{"data":{"data":0},"event":"client-x","data":1,"channel":"private-double","d\u0061ta":2}`,
    );
    expect(await receiver.next()).toBe('{"event":"client-x","channel":"private-double","data":2}');
    await closeAll(sender, receiver);
  });
});

describe("from members alone (the default)", () => {
  test("a stranger's client event is refused, and the connection lives on", async () => {
    await using member = await Peer.connect(members);
    await using stranger = await Peer.connect(members);
    await member.subscribeSigned("private-club");
    expect(await stranger.ask("client-x", {})).toBe(INVALID_MESSAGE);
    stranger.send({ event: "client-x", channel: "private-club", data: {} });
    expect(await stranger.next()).toBe(NOT_A_MEMBER);
    await member.expectSilence();
    expect(await stranger.subscribeSigned("private-club")).toBe(succeeded("private-club"));
  });

  test("a member that has left is a stranger again", async () => {
    await using peer = await Peer.connect(members);
    await peer.subscribeSigned("private-club");
    await peer.unsubscribe("private-club");
    peer.send({ event: "client-x", channel: "private-club", data: {} });
    expect(await peer.next()).toBe(NOT_A_MEMBER);
  });

  test("a channel without subscribers is no exception", async () => {
    await using peer = await Peer.connect(members);
    peer.send({ event: "client-x", channel: "nowhere", data: {} });
    expect(await peer.next()).toBe(NOT_A_MEMBER);
  });

  test("no client sends to a user's own channel, not even that user", async () => {
    await using user = await Peer.connect(members);
    await using tab = await Peer.connect(members);
    await user.signIn('{"id":"42"}');
    await tab.signIn('{"id":"42"}');
    expect(await user.subscribe("#server-to-user-42")).toBe(succeeded("#server-to-user-42"));
    user.send({ event: "client-x", channel: "#server-to-user-42", data: {} });
    expect(await user.next()).toBe(NOT_A_MEMBER);
    await tab.expectSilence();
  });
});

describe("from all", () => {
  test("a stranger's client event passes, with nothing that it claims besides", async () => {
    await using member = await Peer.connect(all);
    await using stranger = await Peer.connect(all);
    await member.subscribeSigned("presence-open", '{"user_id":"1"}');
    stranger.send(
      '{"event":"client-x","channel":"presence-open","data":{"a":1},"user_id":"1","extra":true}',
    );
    expect(await member.next()).toBe('{"event":"client-x","channel":"presence-open","data":{"a":1}}');
    await stranger.expectSilence();
  });

  test("a member's client event carries its user_id, and is not echoed", async () => {
    const [sender, receiver] = await pair(all, "presence-both");
    sender.send('{"event":"client-x","channel":"presence-both","data":{},"user_id":"2"}');
    expect(await receiver.next()).toBe(
      '{"event":"client-x","channel":"presence-both","data":{},"user_id":"1"}',
    );
    await sender.expectSilence();
    await closeAll(sender, receiver);
  });

  test("an event for a channel without subscribers is lost without a word", async () => {
    await using peer = await Peer.connect(all);
    peer.send({ event: "client-x", channel: "nowhere", data: {} });
    await peer.expectSilence();
  });

  test.each(["\n\nuser\n5", "#user\napp-id\n5", "a\nb", "\0", "#mine", "x".repeat(201)])(
    "a name that no channel may have, %j, is refused, and the connection lives on",
    async (channel) => {
      await using peer = await Peer.connect(all);
      peer.send({ event: "client-x", channel, data: {} });
      expect(await peer.next()).toBe(INVALID_MESSAGE);
      expect(await peer.ask("pusher:ping", {})).toBe(PONG);
    },
  );

  test("no client reaches a user's own channel", async () => {
    await using user = await Peer.connect(all);
    await using stranger = await Peer.connect(all);
    await user.signIn('{"id":"42"}');
    stranger.send({ event: "client-x", channel: "#server-to-user-42", data: {} });
    await stranger.expectSilence();
    await user.expectSilence();
  });
});

describe("from no client", () => {
  test("a member's client event is refused, and the connection lives on", async () => {
    const [sender, receiver] = await pair(none, "private-quiet");
    sender.send({ event: "client-x", channel: "private-quiet", data: {} });
    expect(await sender.next()).toBe(
      String
        .raw`{"event":"pusher:error","data":"{\"code\":4301,\"message\":\"The app does not have client messaging enabled.\"}"}`,
    );
    await receiver.expectSilence();
    expect(await sender.ask("pusher:ping", {})).toBe(PONG);
    await closeAll(sender, receiver);
  });
});
