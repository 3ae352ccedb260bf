import { expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { freePort } from "../../support/free-port.ts";
import { APPLICATION_ENV, type FinishedRun, runResound } from "../../support/run-resound.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({ env: { REVERB_SERVER_PATH: "/ws" } });

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

test("where nothing listens it is not healthy", async () => {
  const port = await freePort();
  expect(await health(port)).toEqual({
    code: 1,
    stdout: [],
    stderr: [`Not healthy: http://127.0.0.1:${port}/up did not answer: nothing listens there`],
  });
});

test("a listener that accepts and does not answer is given up", async () => {
  const result = await withListener((listener) => {
    listener.on("connection", (socket) => socket.on("error", () => socket.destroy()).resume());
  }, health);
  expect(result.code).toBe(1);
  expect(result.stderr[0]).toMatch(/^Not healthy: .* did not answer: no answer within 3 s$/);
});

/** Asks a listener that sends these bytes in answer to anything, and then closes unless it is to keep the connection. */
function healthOf(bytes: string, keep = false): Promise<FinishedRun> {
  return withListener((listener) => {
    listener.on("connection", (socket) => {
      socket.on("error", () => socket.destroy()).resume();
      if (keep) socket.write(bytes);
      else socket.end(bytes);
    });
  }, health);
}

const HEAD = "HTTP/1.1 200 OK\r\nDate: Mon, 02 Jun 2025 10:00:00 GMT\r\n";

test.each([
  ["with its length", `${HEAD}Content-Length: 15\r\n\r\n{"health":"OK"}`],
  [
    "with its last chunk",
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\ne;x=y\r\n"health":"OK"}\r\n0\r\n\r\n`,
  ],
])("an answer ends %s, and not before", async (_, bytes) => {
  expect((await healthOf(bytes, true)).stdout[0]).toMatch(/^Healthy: .* answered 200$/);
  for (const left of [2, 18]) {
    const { code, stderr } = await healthOf(bytes.slice(0, -left - 1));
    expect(code).toBe(1);
    expect(stderr[0]).toMatch(/did not answer: the connection was closed without an answer$/);
  }
});

test("an answer without a length ends with the connection", async () => {
  expect((await healthOf(`${HEAD}\r\n{"health":"OK"}`, true)).stderr[0]).toMatch(/no answer within 3 s$/);
  expect((await healthOf(`${HEAD}\r\n{"health":"OK"}`)).stdout[0]).toMatch(/^Healthy: .* answered 200$/);
});

test.each([
  ["SSH-2.0-OpenSSH_9.6\r\n\r\n"],
  ["SSH-2.0-x\r\n"],
  ["\x15\x03\x01\x00\x02\x02\x46"],
  [""],
  ["HTTP/1.1 abc\r\n\r\n"],
  [`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n`],
])("%j is no answer over HTTP", async (bytes) => {
  const { code, stderr } = await healthOf(bytes);
  expect(code).toBe(1);
  expect(stderr[0]).toMatch(/did not answer: the connection was closed without an answer$/);
});

test("a web page with the status 200 is no health", async () => {
  const result = await healthOf("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  expect(result.code).toBe(1);
  expect(result.stderr[0]).toMatch(/answered 200 with something else$/);
});

test.each([[["--redy"]], [["now"]], [["--port", "many"]], [["--log-format", "xml"]]])(
  "%j: wrong arguments end with 1 too, since Docker reserves 2",
  async (args) => {
    const { code, stdout, stderr } = await runResound(["health", ...args], { env: APPLICATION_ENV });
    expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
    expect(stderr[0]).toStartWith("error: ");
  },
);

test("the help of health ends with 0", async () => {
  const { code, stdout } = await runResound(["health", "--help"]);
  expect({ code, usage: stdout[0] }).toEqual({ code: 0, usage: "Usage: resound health [options]" });
});

test.each([
  [["--port", "0"], /^Not healthy: .* port 0 means any free one; say which with --port$/],
  [["--laravel", "/nonexistent"], /^Cannot read the folder \/nonexistent: no such folder$/],
])("%j: a clear line, exit code 1", async (args, line) => {
  const { code, stdout, stderr } = await runResound(["health", ...args], { env: APPLICATION_ENV });
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 1, stdout: [], lines: 1 });
  expect(stderr[0]).toMatch(line);
});
