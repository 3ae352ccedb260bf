import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * Ports that no operating system gives away by itself, neither to a listener on port 0 nor to an outgoing connection (Linux begins
 * at 32,768, macOS and Windows at 49,152), and that few services have.
 */
const FIRST = 20_000, COUNT = 12_000;

/** Each process begins somewhere else, so that two of them seldom ask for the same port. */
let next = Math.floor(Math.random() * COUNT);

/**
 * A port of 127.0.0.1 that is free, and that no other test process is given while this one lives: for programs that cannot choose
 * one and report it. A UDP socket on the port's number holds it, which is in the way of no TCP listener and which the kernel
 * closes also when the process crashes.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + next++ % COUNT;
    if (await reserve(port) && await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
