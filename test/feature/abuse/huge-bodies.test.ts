import { expect, test } from "bun:test";
import { connect } from "node:net";
import { once } from "node:events";
import { serverTarget } from "../../support/server-target.ts";
import { useAbusedServer } from "../../support/abused-server.ts";

const server = useAbusedServer();

const MEBIBYTE = 1024 * 1024;
const SENT = 256 * MEBIBYTE;
/** MiB by which the process may grow: far less than what is sent. */
const GROWTH = 64;

const LENGTH = `Content-Length: ${SENT}`;
const CHUNKED = "Transfer-Encoding: chunked";
const TARGETS: ReadonlyArray<readonly [what: string, line: string, framing: string, status: number]> = [
  ["to a publish, with its length", "POST /apps/app-id/events", LENGTH, 413],
  ["to a publish, in chunks", "POST /apps/app-id/events", CHUNKED, 413],
  ["to an unknown application", "POST /apps/other/events", LENGTH, 404],
  ["to nowhere, in chunks", "POST /nowhere", CHUNKED, 404],
  ["to the health check", "GET /up", LENGTH, 200],
  ["to a question, in chunks that no question has", "GET /apps/app-id/channels", CHUNKED, 401],
  ["to the address for WebSockets", "GET /app/app-key", LENGTH, 426],
];

/** Deno gives a GET no body: it is answered, but what follows is not read, and the connection stalls or ends. */
const readsBodyOf = (line: string): boolean => serverTarget() !== "deno" || !line.startsWith("GET ");

test.each(TARGETS.filter(([, line]) => readsBodyOf(line)))(
  "256 MiB %s are answered early and not kept in memory",
  async (_, line, framing, status) => {
    const before = server.memory();
    const socket = connect(server.running.port, server.running.host);
    let answer = "";
    socket.on("data", (bytes: Buffer) => answer += bytes.toString("latin1"));
    await once(socket, "connect");
    socket.write(`${line} HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`);
    const block = Buffer.alloc(MEBIBYTE, "a");
    const bytes = framing === CHUNKED
      ? Buffer.concat([Buffer.from("100000\r\n"), block, Buffer.from("\r\n")])
      : block;
    let peak = before;
    for (let sent = 0; sent < SENT; sent += MEBIBYTE) {
      if (!socket.write(bytes)) await once(socket, "drain");
      peak = Math.max(peak, server.memory());
    }
    if (framing === CHUNKED) socket.write("0\r\n\r\n");
    // The same connection goes on with the next request, once the body is through.
    socket.write("GET /up HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!/\{"health":"OK"\}$/.test(answer) || answer.split("HTTP/1.1 ").length < 3) {
      await once(
        socket,
        "data",
      );
    }
    socket.destroy();
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    if (status === 413) {
      expect(answer).toMatch(
        /the limit is 10000 \(REVERB_MAX_REQUEST_SIZE, max_request_size/,
      );
    }
    expect(peak - before).toBeLessThan(GROWTH);
  },
);

const STALLING = TARGETS.filter(([, line]) => !readsBodyOf(line));
if (STALLING.length > 0) {
  test.each(STALLING)(
    "256 MiB %s are answered early, and only their sender waits",
    async (_, line, framing, status) => {
      const before = server.memory();
      const raw = await server.raw();
      raw.write(`${line} HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`);
      if (framing === CHUNKED) raw.write(`${SENT.toString(16)}\r\n`);
      for (let sent = 0; sent < SENT; sent += 16 * MEBIBYTE) raw.write(Buffer.alloc(16 * MEBIBYTE, "a"));
      expect((await raw.readResponse()).status).toBe(status);
      expect(server.memory() - before).toBeLessThan(GROWTH);
      raw.destroy();
    },
  );
}
