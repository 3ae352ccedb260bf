import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound } from "../cli/run-resound.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ env: { REVERB_SERVER_PATH: "/ws" } });
});
afterAll(() => server.stop());

/** A port on which something else listens, for as long as `use` takes. */
async function withListener<T>(
  greet: (listener: Server) => void,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const listener = createServer();
  greet(listener);
  await new Promise<void>((listening) => listener.listen(0, "127.0.0.1", listening));
  const address = listener.address();
  try {
    return await use(typeof address === "object" && address !== null ? address.port : 0);
  } finally {
    listener.close();
  }
}

function health(port: number | string, ...more: string[]): ReturnType<typeof runResound> {
  return runResound(["health", "--port", String(port), ...more], { env: APPLICATION_ENV });
}

test("a server that runs is healthy: one line, exit code 0", async () => {
  const { port } = new URL(server.url);
  expect(await health(port, "--path", "ws")).toEqual({
    code: 0,
    stdout: [`Healthy: http://127.0.0.1:${port}/ws/up answered 200`],
    stderr: [],
  });
});

test("another path prefix than the server's is not healthy", async () => {
  const { port } = new URL(server.url);
  expect(await health(port)).toEqual({
    code: 1,
    stdout: [],
    stderr: [`Not healthy: http://127.0.0.1:${port}/up answered 404`],
  });
});

test("where nobody listens it is not healthy", async () => {
  const port = await withListener(() => {}, (free) => Promise.resolve(free));
  expect(await health(port)).toEqual({
    code: 1,
    stdout: [],
    stderr: [`Not healthy: http://127.0.0.1:${port}/up did not answer: nobody listens there`],
  });
});

test("someone who accepts and says nothing is given up", async () => {
  const result = await withListener((listener) => {
    listener.on("connection", (socket) => socket.on("error", () => socket.destroy()).resume());
  }, health);
  expect(result.code).toBe(1);
  expect(result.stderr[0]).toMatch(/^Not healthy: .* did not answer: no answer within 3 s$/);
});

test("someone who speaks another protocol is not healthy", async () => {
  const result = await withListener((listener) => {
    listener.on("connection", (socket) => socket.on("error", () => socket.destroy()).end("SSH-2.0-x\r\n"));
  }, health);
  expect(result.code).toBe(1);
  expect(result.stderr[0]).toMatch(/did not answer: the connection was closed without an answer$/);
});

test("a web page with the status 200 is no health", async () => {
  const page = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  const result = await withListener((listener) => {
    listener.on("connection", (socket) => socket.on("error", () => socket.destroy()).end(page));
  }, health);
  expect(result.code).toBe(1);
  expect(result.stderr[0]).toMatch(/answered 200 with something else$/);
});

test.each([
  [["--port", "0"], /^Not healthy: .* port 0 means any free one; say which with --port$/],
  [["--laravel", "/nonexistent"], /^Cannot read the folder \/nonexistent: no such folder$/],
])("%j: a clear line, exit code 1", async (args, line) => {
  const { code, stdout, stderr } = await runResound(["health", ...args], { env: APPLICATION_ENV });
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 1, stdout: [], lines: 1 });
  expect(stderr[0]).toMatch(line);
});
