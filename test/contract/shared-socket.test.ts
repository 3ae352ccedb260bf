import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { SharedSocket } from "../../src/runtime/bun/port-sharing.ts";
import { skipWhen } from "../support/skip-when.ts";

const elsewhere = skipWhen(process.platform !== "linux", "sockets that processes share: this is no Linux");

/** Resolves with what becomes of an attempt to connect: `connect`, or the error's code. */
function outcomeOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("connect", () => resolve("connect"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  });
}

test.skipIf(elsewhere)(
  "a socket that holds back takes what is connected, and later attempts find the port closed",
  async () => {
    const server = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket, bytes) => void socket.write(bytes) },
    });
    const before = connect(server.port, "127.0.0.1");
    expect(await outcomeOf(before)).toBe("connect");
    SharedSocket.onPort(server.port).holdBack();
    const answer = new Promise<string>((resolve) => before.once("data", (bytes) => resolve(String(bytes))));
    const later = outcomeOf(connect(server.port, "127.0.0.1"));
    before.write("still here");
    expect(await answer).toBe("still here");
    server.stop(false);
    // The system has not answered it; when it asks again, a second later, no program listens there.
    expect(await later).toBe("ECONNREFUSED");
    before.destroy();
  },
);
