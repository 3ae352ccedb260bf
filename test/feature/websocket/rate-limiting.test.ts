import { describe, expect, test } from "bun:test";
import { RawSocket } from "../../support/raw-socket.ts";
import { startServer } from "../../support/start-server.ts";
import { OPCODE } from "../../support/websocket-frame.ts";
import { INVALID_MESSAGE, PONG, RATE_LIMITED } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const limited = {
  REVERB_APP_RATE_LIMITING_ENABLED: "true",
  REVERB_APP_RATE_LIMIT_MAX_ATTEMPTS: "3",
  REVERB_APP_RATE_LIMIT_DECAY_SECONDS: "3600",
};
const patient = useServer({ env: limited });
const strict = useServer({ env: { ...limited, REVERB_APP_RATE_LIMIT_TERMINATE: "true" } });
const short = useServer({ env: { ...limited, REVERB_APP_RATE_LIMIT_DECAY_SECONDS: "1" } });

describe("over the limit", () => {
  test("every further message is answered with error 4301, and the connection lives on", async () => {
    await using peer = await Peer.connect(patient);
    for (let n = 0; n < 3; n++) expect(await peer.ask("pusher:ping", {})).toBe(PONG);
    for (let n = 0; n < 3; n++) {
      expect(await peer.ask("pusher:ping", {})).toBe(
        String.raw`{"event":"pusher:error","data":"{\"code\":4301,\"message\":\"Rate limit exceeded\"}"}`,
      );
    }
  });

  test("a message has no effect", async () => {
    await using sender = await Peer.connect(patient);
    await using receiver = await Peer.connect(patient);
    await receiver.subscribe("flood");
    await sender.subscribe("flood");
    for (let n = 0; n < 4; n++) sender.send({ event: "client-x", channel: "flood", data: n });
    expect(await sender.nextFrames(2)).toEqual([RATE_LIMITED, RATE_LIMITED]);
    expect(await receiver.nextFrames(2)).toEqual([
      '{"event":"client-x","channel":"flood","data":0}',
      '{"event":"client-x","channel":"flood","data":1}',
    ]);
    await receiver.expectSilence();
  });

  test("events are still received", async () => {
    await using flooder = await Peer.connect(patient);
    await using sender = await Peer.connect(patient);
    await flooder.subscribe("open");
    await sender.subscribe("open");
    for (let n = 0; n < 2; n++) await flooder.ask("pusher:ping", {});
    expect(await flooder.ask("pusher:ping", {})).toBe(RATE_LIMITED);
    sender.send({ event: "client-x", channel: "open", data: 1 });
    expect(await flooder.next()).toBe('{"event":"client-x","channel":"open","data":1}');
  });
});

test("every connection is counted for itself", async () => {
  await using one = await Peer.connect(patient);
  await using two = await Peer.connect(patient);
  for (let n = 0; n < 3; n++) await one.ask("pusher:ping", {});
  expect(await one.ask("pusher:ping", {})).toBe(RATE_LIMITED);
  expect(await two.ask("pusher:ping", {})).toBe(PONG);
});

test("messages that are invalid, ignored or binary count as well", async () => {
  await using peer = await Peer.connect(patient);
  peer.send("nonsense");
  peer.send({ event: "hello", channel: "x" });
  peer.sendBinary(new Uint8Array([1]));
  peer.send({ event: "pusher:ping" });
  expect(await peer.nextFrames(3)).toEqual([INVALID_MESSAGE, INVALID_MESSAGE, RATE_LIMITED]);
});

test("control frames do not count", async () => {
  const raw = await RawSocket.open(patient);
  await raw.upgrade();
  await raw.readText();
  for (let n = 0; n < 10; n++) {
    raw.sendFrame({ opcode: OPCODE.ping });
    expect((await raw.readFrame()).opcode).toBe(OPCODE.pong);
  }
  raw.send({ event: "pusher:ping" });
  expect(await raw.readText()).toBe(PONG);
  raw.destroy();
});

test(
  "when the time is over messages are accepted again, and refused ones have not prolonged it",
  async () => {
    await using peer = await Peer.connect(short);
    const answers: string[] = [];
    // Asking without a pause: every answer is awaited, and the limit is over when a pong comes after an error.
    do {
      answers.push(await peer.ask("pusher:ping", {}));
    } while (!(answers.at(-1) === PONG && answers.at(-2) === RATE_LIMITED));
    expect(answers.indexOf(RATE_LIMITED)).toBeGreaterThanOrEqual(3);
    expect(new Set(answers)).toEqual(new Set([PONG, RATE_LIMITED]));
  },
);

describe("with terminate_on_limit", () => {
  test("the error is sent, then the connection is closed with 4100, which clients come back from", async () => {
    const raw = await RawSocket.open(strict);
    await raw.upgrade();
    await raw.readText();
    for (let n = 0; n < 5; n++) raw.send({ event: "pusher:ping" });
    expect(await raw.readClose()).toEqual({
      code: 4100,
      reason: "Rate limit exceeded",
      texts: [PONG, PONG, PONG, RATE_LIMITED],
    });
    raw.sendClose(4100);
    await raw.ended;
  });

  test("a client that stays below is left alone", async () => {
    await using peer = await Peer.connect(strict);
    for (let n = 0; n < 3; n++) expect(await peer.ask("pusher:ping", {})).toBe(PONG);
  });
});

test("without rate limiting nothing is counted", async () => {
  await using free = await startServer({
    env: { ...limited, REVERB_APP_RATE_LIMITING_ENABLED: "false" },
  });
  await using peer = await Peer.connect(free);
  for (let n = 0; n < 200; n++) peer.send({ event: "pusher:ping" });
  expect(new Set(await peer.nextFrames(200))).toEqual(new Set([PONG]));
});
