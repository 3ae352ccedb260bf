import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { signChannel } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { subscriptionError, UNAUTHORIZED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

const ANN = '{"user_id":"1","user_info":{"name":"Ann"}}';
const BEN = '{"user_id":"2","user_info":{"name":"Ben"}}';

/** The confirmation for a roster that is given as it stands in the JSON string. */
function joined(channel: string, roster: string): string {
  return `{"event":"pusher_internal:subscription_succeeded","data":"{\\"presence\\":${roster}}","channel":"${channel}"}`;
}

function memberRemoved(channel: string, id = String.raw`\"1\"`): string {
  return `{"event":"pusher_internal:member_removed","data":"{\\"user_id\\":${id}}","channel":"${channel}"}`;
}

describe("joining", () => {
  test("is confirmed with everyone who is there, the newcomer included", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    expect(await ann.subscribeSigned("presence-room", ANN)).toBe(
      String
        .raw`{"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":{\"name\":\"Ann\"}}}}","channel":"presence-room"}`,
    );
    expect(await ben.subscribeSigned("presence-room", BEN)).toBe(
      String
        .raw`{"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":{\"count\":2,\"ids\":[\"1\",\"2\"],\"hash\":{\"1\":{\"name\":\"Ann\"},\"2\":{\"name\":\"Ben\"}}}}","channel":"presence-room"}`,
    );
  });

  test("is announced to the members that are there already, and not to the one that joins", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-told", ANN);
    await ann.expectSilence();
    await ben.subscribeSigned("presence-told", BEN);
    await ben.expectSilence();
    expect(await ann.next()).toBe(
      String
        .raw`{"event":"pusher_internal:member_added","data":"{\"user_id\":\"2\",\"user_info\":{\"name\":\"Ben\"}}","channel":"presence-told"}`,
    );
    await ann.expectSilence();
  });

  test("takes subscribe data as a JSON string as well", async () => {
    await using ann = await Peer.connect(server);
    const channel = "presence-string";
    const auth = signChannel(TEST_APPLICATION, ann.id, channel, ANN);
    expect(await ann.ask("pusher:subscribe", JSON.stringify({ auth, channel_data: ANN, channel }))).toBe(
      joined(channel, String.raw`{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":{\"name\":\"Ann\"}}}`),
    );
  });

  test("member_added carries channel_data as it was signed, extra members and all", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-extra", ANN);
    await ben.subscribeSigned("presence-extra", '{ "user_id": "2", "role": "guest", "n": 1.0, "u": "é/" }');
    expect(await ann.next()).toBe(
      '{"event":"pusher_internal:member_added","data":' +
        '"{ \\"user_id\\": \\"2\\", \\"role\\": \\"guest\\", \\"n\\": 1.0, \\"u\\": \\"é/\\" }",' +
        '"channel":"presence-extra"}',
    );
  });

  test("twice on one socket is confirmed twice and counts once", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    const roster = String
      .raw`{\"count\":2,\"ids\":[\"1\",\"2\"],\"hash\":{\"1\":{\"name\":\"Ann\"},\"2\":{\"name\":\"Ben\"}}}`;
    await ann.subscribeSigned("presence-again", ANN);
    expect(await ben.subscribeSigned("presence-again", BEN)).toBe(joined("presence-again", roster));
    expect(await ben.subscribeSigned("presence-again", BEN)).toBe(joined("presence-again", roster));
    await ann.nextEvent("pusher_internal:member_added");
    await ann.expectSilence();
    await ben.unsubscribe("presence-again");
    expect(await ann.next()).toBe(memberRemoved("presence-again", String.raw`\"2\"`));
    await ann.expectSilence();
  });
});

describe("a user's id", () => {
  test("that is a number stays a number", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    expect(await ann.subscribeSigned("presence-int", '{"user_id":1,"user_info":{"name":"Ann"}}')).toBe(
      joined("presence-int", String.raw`{\"count\":1,\"ids\":[1],\"hash\":{\"1\":{\"name\":\"Ann\"}}}`),
    );
    expect(await ben.subscribeSigned("presence-int", '{"user_id":2}')).toBe(
      joined(
        "presence-int",
        String.raw`{\"count\":2,\"ids\":[1,2],\"hash\":{\"1\":{\"name\":\"Ann\"},\"2\":null}}`,
      ),
    );
    expect(await ann.next()).toBe(
      String
        .raw`{"event":"pusher_internal:member_added","data":"{\"user_id\":2}","channel":"presence-int"}`,
    );
    await ben.close();
    expect(await ann.next()).toBe(memberRemoved("presence-int", "2"));
  });

  test("that is longer than a double can hold keeps its digits", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribeSigned("presence-long", '{"user_id":9007199254740993}');
    expect(await two.subscribeSigned("presence-long", '{"user_id":9007199254740992}')).toBe(
      joined(
        "presence-long",
        String
          .raw`{\"count\":2,\"ids\":[9007199254740993,9007199254740992],\"hash\":{\"9007199254740993\":null,\"9007199254740992\":null}}`,
      ),
    );
  });

  test("is the same user as a number and as a text", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribeSigned("presence-same", '{"user_id":7}');
    expect(await two.subscribeSigned("presence-same", '{"user_id":"7"}')).toBe(
      joined("presence-same", String.raw`{\"count\":1,\"ids\":[7],\"hash\":{\"7\":null}}`),
    );
    await one.expectSilence();
  });

  test("may be any text", async () => {
    await using one = await Peer.connect(server);
    const id = 'a"\\é__proto__';
    const reply = JSON.parse(
      await one.subscribeSigned("presence-odd", JSON.stringify({ user_id: id })),
    ) as { data: string };
    expect(JSON.parse(reply.data)).toEqual({ presence: { count: 1, ids: [id], hash: { [id]: null } } });
  });

  test("may be __proto__", async () => {
    await using one = await Peer.connect(server);
    expect(await one.subscribeSigned("presence-proto", '{"user_id":"__proto__"}')).toBe(
      joined(
        "presence-proto",
        String.raw`{\"count\":1,\"ids\":[\"__proto__\"],\"hash\":{\"__proto__\":null}}`,
      ),
    );
  });
});

describe("user_info", () => {
  test("may be missing, and the channel works for everyone who joins later", async () => {
    await using first = await Peer.connect(server);
    await using second = await Peer.connect(server);
    expect(await first.subscribeSigned("presence-bare", '{"user_id":"1"}')).toBe(
      joined("presence-bare", String.raw`{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":null}}`),
    );
    expect(await second.subscribeSigned("presence-bare", BEN)).toBe(
      joined(
        "presence-bare",
        String.raw`{\"count\":2,\"ids\":[\"1\",\"2\"],\"hash\":{\"1\":null,\"2\":{\"name\":\"Ben\"}}}`,
      ),
    );
  });

  test.each([
    ["null", "null"],
    ["{}", "{}"],
    ["[]", "{}"],
    ["[1]", "[1]"],
    ['{"n":12345678901234567890,"e":{}}', String.raw`{\"n\":12345678901234567890,\"e\":{}}`],
    ['"guest"', String.raw`\"guest\"`],
    [String.raw`{"a":"\"\\\n"}`, String.raw`{\"a\":\"\\\"\\\\\\n\"}`],
  ])("%s stands in the roster as sent, but never as PHP's empty list", async (info, inRoster) => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribeSigned("presence-info", `{"user_id":"1","user_info":${info}}`)).toBe(
      joined("presence-info", `{\\"count\\":1,\\"ids\\":[\\"1\\"],\\"hash\\":{\\"1\\":${inRoster}}}`),
    );
  });

  test("is that of the user's first connection", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribeSigned("presence-first", ANN);
    expect(await two.subscribeSigned("presence-first", '{"user_id":"1","user_info":{"name":"Other"}}')).toBe(
      joined("presence-first", String.raw`{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":{\"name\":\"Ann\"}}}`),
    );
  });
});

describe("leaving", () => {
  test("is announced to the members that stay when one unsubscribes, and not to the one that left", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-leave", ANN);
    await ben.subscribeSigned("presence-leave", BEN);
    await ann.nextEvent("pusher_internal:member_added");
    await ann.unsubscribe("presence-leave");
    expect(await ben.next()).toBe(
      String
        .raw`{"event":"pusher_internal:member_removed","data":"{\"user_id\":\"1\"}","channel":"presence-leave"}`,
    );
    await ben.expectSilence();
  });

  test("is announced when a member closes its connection", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-close", ANN);
    await ben.subscribeSigned("presence-close", BEN);
    await ann.close();
    expect(await ben.next()).toBe(memberRemoved("presence-close"));
  });

  test("is announced when a member's connection breaks", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-break", ANN);
    await ben.subscribeSigned("presence-break", BEN);
    ann.terminate();
    expect(await ben.next()).toBe(memberRemoved("presence-break"));
  });

  test("of every channel is announced when a connection ends", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    const channels = ["presence-one", "presence-two"];
    for (const channel of channels) await ben.subscribeSigned(channel, BEN);
    for (const channel of channels) await ann.subscribeSigned(channel, ANN);
    for (const _ of channels) await ben.nextEvent("pusher_internal:member_added");
    await ann.close();
    expect(await ben.nextFrames(2)).toEqual([memberRemoved("presence-one"), memberRemoved("presence-two")]);
  });

  test("takes the member off the roster", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.subscribeSigned("presence-off", ANN);
    await ben.subscribeSigned("presence-off", BEN);
    await ann.nextEvent("pusher_internal:member_added");
    await ann.unsubscribe("presence-off");
    expect(await ann.subscribeSigned("presence-off", ANN)).toBe(
      joined(
        "presence-off",
        String
          .raw`{\"count\":2,\"ids\":[\"2\",\"1\"],\"hash\":{\"2\":{\"name\":\"Ben\"},\"1\":{\"name\":\"Ann\"}}}`,
      ),
    );
    expect(await ben.nextFrames(2)).toEqual([
      memberRemoved("presence-off"),
      String
        .raw`{"event":"pusher_internal:member_added","data":"{\"user_id\":\"1\",\"user_info\":{\"name\":\"Ann\"}}","channel":"presence-off"}`,
    ]);
    await ben.unsubscribe("presence-off");
    expect(await ann.next()).toBe(memberRemoved("presence-off", String.raw`\"2\"`));
    await ann.unsubscribe("presence-off");
    expect(await ben.subscribeSigned("presence-off", BEN)).toBe(
      joined("presence-off", String.raw`{\"count\":1,\"ids\":[\"2\"],\"hash\":{\"2\":{\"name\":\"Ben\"}}}`),
    );
  });
});

describe("a user with several tabs", () => {
  test("is added with the first and removed with the last", async () => {
    await using ben = await Peer.connect(server);
    const [first, second, third] = await Peer.connectAll(server, 3) as [Peer, Peer, Peer];
    await ben.subscribeSigned("presence-tabs", BEN);
    for (const tab of [first, second, third]) await tab.subscribeSigned("presence-tabs", ANN);
    await ben.nextEvent("pusher_internal:member_added");
    await ben.expectSilence();
    await first.unsubscribe("presence-tabs");
    await ben.expectSilence();
    await first.close();
    await second.close();
    await third.expectSilence();
    await ben.expectSilence();
    await third.close();
    expect(await ben.next()).toBe(memberRemoved("presence-tabs"));
    await ben.expectSilence();
  });

  test("hears nothing of itself in its other tabs", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.subscribeSigned("presence-self", ANN);
    await two.subscribeSigned("presence-self", ANN);
    await one.expectSilence();
    await two.unsubscribe("presence-self");
    await one.expectSilence();
  });
});

describe("a subscription is refused, and the connection lives on, when channel_data", () => {
  test.each([
    "",
    "nonsense",
    "null",
    "[]",
    '"1"',
    "{}",
    '{"user_info":{"name":"Ann"}}',
    '{"user_id":null}',
    '{"user_id":""}',
    '{"user_id":true}',
    '{"user_id":["1"]}',
    '{"user_id":{"id":"1"}}',
    '{"id":"1"}',
  ])("is %j", async (channelData) => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribeSigned("presence-bad", channelData)).toBe(UNAUTHORIZED);
    expect(await peer.next()).toBe(subscriptionError("presence-bad"));
    await peer.expectSilence();
  });

  test("is missing", async () => {
    await using peer = await Peer.connect(server);
    expect(await peer.subscribeSigned("presence-bad")).toBe(UNAUTHORIZED);
    expect(await peer.next()).toBe(subscriptionError("presence-bad"));
    await peer.expectSilence();
  });

  test("is not the one that was signed", async () => {
    await using ann = await Peer.connect(server);
    await using forger = await Peer.connect(server);
    await ann.subscribeSigned("presence-forged", ANN);
    for (
      const auth of [
        signChannel(TEST_APPLICATION, forger.id, "presence-forged", BEN),
        signChannel(TEST_APPLICATION, forger.id, "presence-forged"),
      ]
    ) {
      const data = { auth, channel_data: '{"user_id":"3"}', channel: "presence-forged" };
      expect(await forger.ask("pusher:subscribe", data)).toBe(UNAUTHORIZED);
      expect(await forger.next()).toBe(subscriptionError("presence-forged"));
    }
    await ann.expectSilence();
  });
});

test("a signed-in socket joins without channel_data, as its user", async () => {
  await using ann = await Peer.connect(server);
  await using ben = await Peer.connect(server);
  await ben.subscribeSigned("presence-signed", BEN);
  await ann.signIn('{"id":"1","user_info":{"name":"Ann"}}');
  expect(await ann.subscribeSigned("presence-signed")).toBe(
    joined(
      "presence-signed",
      String
        .raw`{\"count\":2,\"ids\":[\"2\",\"1\"],\"hash\":{\"2\":{\"name\":\"Ben\"},\"1\":{\"name\":\"Ann\"}}}`,
    ),
  );
  expect(await ben.next()).toBe(
    String
      .raw`{"event":"pusher_internal:member_added","data":"{\"user_id\":\"1\",\"user_info\":{\"name\":\"Ann\"}}","channel":"presence-signed"}`,
  );
});

test("a published event reaches the members without user_id or socket_id, and leaves out its socket", async () => {
  await using ann = await Peer.connect(server);
  await using ben = await Peer.connect(server);
  await ann.subscribeSigned("presence-event", ANN);
  await ben.subscribeSigned("presence-event", BEN);
  await ann.nextEvent("pusher_internal:member_added");
  await api.trigger("presence-event", "e", { foo: 1 }, { socket_id: ann.id });
  expect(await ben.next()).toBe(
    String.raw`{"event":"e","data":"{\"foo\":1}","channel":"presence-event"}`,
  );
  await ann.expectSilence();
});
