import { describe, expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { buildFrame } from "../../support/websocket-frame.ts";
import { ORIGIN_NOT_ALLOWED, OVER_QUOTA } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";

describe("the quota", () => {
  test("turns new clients away when max_connections are there, with 4004", async () => {
    await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "2" } });
    await using first = await Peer.connect(server);
    await using second = await Peer.connect(server);
    const raw = await RawSocket.open(server);
    expect((await raw.upgrade()).status).toBe(101);
    expect(await raw.readClose()).toEqual({
      code: 4004,
      reason: "Application is over connection quota",
      texts: [
        String
          .raw`{"event":"pusher:error","data":"{\"code\":4004,\"message\":\"Application is over connection quota\"}"}`,
      ],
    });
    raw.sendClose(4004);
    await raw.ended;
    await first.expectSilence();
    await second.expectSilence();
  });

  test("counts connections without a subscription", async () => {
    await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "1" } });
    await using first = await Peer.connect(server);
    await using refused = await connect(server);
    expect(await refused.next()).toBe(OVER_QUOTA);
    expect(await refused.closed).toEqual({
      code: 4004,
      reason: "Application is over connection quota",
      wasClean: true,
    });
    await first.expectSilence();
  });

  test.each(["close", "terminate"] as const)("has room again after a %s", async (end) => {
    await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "2" } });
    await using watcher = await Peer.connect(server);
    await watcher.subscribeSigned("presence-w", '{"user_id":"1"}');
    const leaving = await Peer.connect(server);
    await leaving.subscribeSigned("presence-w", '{"user_id":"2"}');
    await using refused = await connect(server);
    expect(await refused.next()).toBe(OVER_QUOTA);
    await refused.closed;
    await leaving[end]();
    await watcher.nextEvent("pusher_internal:member_removed");
    await using next = await Peer.connect(server);
    await next.expectSilence();
  });

  test("is not used up by those that it turns away", async () => {
    await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "1" } });
    const first = await Peer.connect(server);
    for (let n = 0; n < 5; n++) {
      await using refused = await connect(server);
      expect(await refused.next()).toBe(OVER_QUOTA);
      await refused.closed;
    }
    await first.close();
    await using next = await Peer.connect(server);
    await next.expectSilence();
  });

  test("is asked before the origin", async () => {
    await using server = await startServer({
      env: { REVERB_APP_MAX_CONNECTIONS: "1", REVERB_APP_ALLOWED_ORIGINS: "good.example" },
    });
    await using _first = await Peer.connect(server, { headers: { Origin: "https://good.example" } });
    await using refused = await connect(server, { headers: { Origin: "https://evil.example" } });
    expect(await refused.next()).toBe(OVER_QUOTA);
    expect((await refused.closed).code).toBe(4004);
  });

  test("nothing is accepted from a client that is turned away", async () => {
    await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "1" } });
    await using first = await Peer.connect(server);
    await first.subscribeSigned("private-x");
    const raw = await RawSocket.open(server);
    const event = '{"event":"client-x","channel":"private-x","data":{}}';
    await raw.upgrade({ followedBy: buildFrame({ payload: event }) });
    expect((await raw.readClose()).texts).toEqual([OVER_QUOTA]);
    raw.sendFrame({ payload: event });
    raw.sendClose(4004);
    await raw.ended;
    await first.expectSilence();
  });
});

describe("allowed_origins", () => {
  async function answer(server: RunningServer, origin: string | undefined): Promise<string> {
    const client = await connect(server, origin === undefined ? {} : { headers: { Origin: origin } });
    const frame = await client.next();
    if (frame === ORIGIN_NOT_ALLOWED) {
      expect(await client.closed).toEqual({ code: 4009, reason: "Origin not allowed", wasClean: true });
      return "refused";
    }
    await client.expectSilence();
    await client.close();
    return "accepted";
  }

  test("turns away other origins with 4009", async () => {
    await using server = await startServer({ env: { REVERB_APP_ALLOWED_ORIGINS: "good.example" } });
    const raw = await RawSocket.open(server);
    await raw.upgrade({
      headers: { Origin: "https://evil.example" },
      followedBy: buildFrame({ payload: '{"event":"pusher:ping"}' }),
    });
    expect(await raw.readClose()).toEqual({
      code: 4009,
      reason: "Origin not allowed",
      texts: [
        String.raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Origin not allowed\"}"}`,
      ],
    });
    raw.sendClose(4009);
    await raw.ended;
  });

  test("compares the host of the origin alone, in any case, not its scheme and port", async () => {
    await using server = await startServer({
      env: { REVERB_APP_ALLOWED_ORIGINS: "good.example,*.wild.example,localhost" },
    });
    for (
      const [origin, expected] of [
        ["https://good.example", "accepted"],
        ["http://good.example", "accepted"],
        ["https://good.example:8443", "accepted"],
        ["https://GOOD.example", "accepted"],
        ["http://localhost:3000", "accepted"],
        ["https://a.wild.example", "accepted"],
        ["https://a.b.wild.example", "accepted"],
        ["https://wild.example", "refused"],
        ["https://good.example.evil.example", "refused"],
        ["https://notgood.example", "refused"],
        ["https://evil.example/good.example", "refused"],
        ["https://good-example", "refused"],
        ["good.example", "refused"],
        ["null", "refused"],
        ["", "refused"],
        [undefined, "refused"],
      ] as const
    ) expect([origin, await answer(server, origin)]).toEqual([origin, expected]);
  });

  test("with a * takes everyone, with an origin or without", async () => {
    await using server = await startServer({ env: { REVERB_APP_ALLOWED_ORIGINS: "good.example,*" } });
    for (const origin of ["https://evil.example", "null", "nonsense", undefined]) {
      expect(await answer(server, origin)).toBe("accepted");
    }
  });

  test("takes everyone by default", async () => {
    await using server = await startServer();
    expect(await answer(server, "https://anywhere.example")).toBe("accepted");
    expect(await answer(server, undefined)).toBe("accepted");
  });
});
