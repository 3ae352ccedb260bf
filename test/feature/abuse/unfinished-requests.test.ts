import { expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import { useAbusedServer } from "../../support/abused-server.ts";
import { signedBytes } from "../../support/signed-bytes.ts";

const server = useAbusedServer();

/** Sockets for each of the beginnings below. */
const EACH = 100;
const UPGRADE = [
  ...["GET /app/app-key HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade"],
  ...["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", ""],
].join("\r\n");
const PUBLISH = "POST /apps/app-id/events HTTP/1.1\r\nHost: x\r\n";

const BEGINNINGS: Readonly<Record<string, string>> = {
  nothing: "",
  "half a method": "GE",
  "half a target": "GET /apps/app-id/cha",
  "a request line": "GET /up HTTP/1.1\r\n",
  "half a handshake": UPGRADE,
  "half a body": `${PUBLISH}Content-Length: 1000\r\n\r\n{"name":`,
  "half a chunk": `${PUBLISH}Transfer-Encoding: chunked\r\n\r\n100\r\n{"name":`,
  "half of a body that is too large": `${PUBLISH}Content-Length: 1000000\r\n\r\n{"name":`,
};

test(
  "hundreds of sockets that begin and do not end delay no other client, and are given up",
  async () => {
    const idle = server.openFiles();
    // These are refused with a close frame, which they neither answer nor even read.
    const deaf = await Promise.all(Array.from({ length: EACH }, () => server.raw()));
    for (const socket of deaf) {
      socket.pause();
      socket.write(`${UPGRADE}\r\n`.replace("app-key", "unknown"));
    }
    const sockets: RawSocket[] = [], withHalfABody: RawSocket[] = [];
    for (const [name, beginning] of Object.entries(BEGINNINGS)) {
      const some = await Promise.all(Array.from({ length: EACH }, () => server.raw()));
      for (const socket of some) socket.write(beginning);
      sockets.push(...some);
      if (name === "half a body" || name === "half a chunk") withHalfABody.push(...some);
    }
    // One more goes on, but a byte at a time.
    const trickling = await server.raw();
    trickling.write("GET /up HTTP/1.1\r\nX: ");
    const trickle = setInterval(() => trickling.write("x"), 1000);
    // The youngest of all: on a busy machine the first ones are given up before the last one has begun.
    const youngest = await Promise.all(Array.from({ length: EACH }, () => server.raw()));
    for (const socket of youngest) socket.write(BEGINNINGS["half a body"]!);
    sockets.push(...youngest);
    withHalfABody.push(...youngest);

    await server.assertStillServes();
    for (let round = 0; round < 20; round++) {
      expect((await server.api.trigger("c", "e", "d")).status).toBe(200);
    }
    // No answer waited for the server's patience with these, which is 10 seconds.
    expect(await Promise.race([...youngest.map((socket) => socket.ended), undefined])).toBeUndefined();

    if (serverTarget() === "deno") {
      // Deno waits for ever; only the clients can end it, and a proxy in front.
      for (const socket of [...sockets, trickling, ...deaf]) socket.destroy();
    }
    await Promise.all([...sockets, trickling].map((socket) => socket.ended));
    if (serverTarget() !== "deno") {
      for (const socket of withHalfABody) {
        expect(socket.unread.toString()).toStartWith("HTTP/1.1 408");
        expect(socket.unread.toString()).toEndWith("The request body stalled for 10 seconds.");
      }
    }
    clearInterval(trickle);
    await server.untilAlone();
    // The few of the API client stay open; so may what was ended in this very moment.
    expect(await eventually(() => server.openFiles(), (files) => files < idle + EACH)).toBeLessThan(
      idle + EACH,
    );
    for (const socket of deaf) socket.destroy();
  },
);

test("requests that break off at every byte leave nothing behind, and nothing is published", async () => {
  const client = await server.connect();
  client.send({ event: "pusher:subscribe", data: { channel: "broken-off" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  const body = Buffer.from(JSON.stringify({ name: "e", data: "d", channel: "broken-off" }));
  const bytes = signedBytes("POST", "/events", body);
  for (let length = 1; length < bytes.length; length++) {
    const raw = await server.raw();
    raw.write(bytes.subarray(0, length));
    if (length % 2 === 0) raw.end();
    else raw.destroy();
  }
  await client.expectSilence();
  await client.close();
  await server.untilAlone();
});

test("hundreds of callers that do not wait for their answer are no fault", async () => {
  const client = await server.connect();
  client.send({ event: "pusher:subscribe", data: { channel: "impatient" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  const body = Buffer.from(JSON.stringify({ name: "e", data: "d", channel: "impatient" }));
  for (let call = 0; call < 300; call++) {
    const raw = await server.raw();
    raw.write(signedBytes("POST", "/events", body));
    raw.destroy();
  }
  // What got through has been published as a whole; some of it may be read only after the last call.
  await server.api.trigger("impatient", "last", "1");
  const { raw: last } = await client.nextEvent("last");
  const others = client.received.slice(2).filter((frame) => frame !== last);
  expect(new Set(others).size).toBeLessThanOrEqual(1);
  await client.close();
});

test("a thousand calls on one connection without waiting are answered in their order", async () => {
  const raw = await server.raw();
  raw.write(
    Buffer.concat(
      Array.from({ length: 1000 }, (_, index) => signedBytes("GET", `/channels/number-${index}`)),
    ),
  );
  for (let index = 0; index < 1000; index++) {
    const answer = await raw.readResponse();
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"occupied":false}']);
  }
  raw.destroy();
});

test.skipIf(serverTarget() === "deno")(
  "thousands of calls on one connection that are refused end it after a few, and delay no other client",
  async () => {
    const unknown = (index: number): string =>
      `GET /apps/number-${index}/channels HTTP/1.1\r\nHost: x\r\n\r\n`;
    const floods = [
      Array.from({ length: 20_000 }, (_, index) => unknown(index)).join(""),
      signedBytes("POST", "/events", Buffer.from("{}")).toString("latin1").replace(
        /auth_signature=./,
        "auth_signature=x",
      ).repeat(10_000),
    ];
    for (const flood of floods) {
      const raw = await server.raw();
      raw.write(flood);
      const first = await raw.readResponse();
      expect([401, 404]).toContain(first.status);
      await server.assertStillServes();
      await raw.ended;
      // Sixteen in a crowded turn, and a few from the turns before.
      expect(raw.unread.toString().split("HTTP/1.1 40").length).toBeLessThan(100);
    }
  },
);

test.skipIf(serverTarget() === "deno")(
  "even calls that are answered end a connection that sends too many at once",
  async () => {
    const raw = await server.raw();
    raw.write("GET /up HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100_000));
    await raw.ended;
    // What the client has not read is lost with the connection, so that the end of the answers may be missing.
    expect(raw.unread.toString().split("HTTP/1.1 200").length).toBeLessThan(20_000);
    expect(await server.running.output.waitFor("reason=api_flood")).toContain("address=127.0.0.1");
  },
);

test("handshakes that break off after the answer leave no connection behind", async () => {
  for (let round = 0; round < 200; round++) {
    const raw = await server.raw();
    raw.write(`${UPGRADE}\r\n`);
    if (round % 2 === 0) raw.destroy();
    else raw.end();
  }
  await server.untilAlone();
});
