import { expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { skipWhen } from "../../support/skip-when.ts";
import {
  type RunningServer,
  type ServerOptions,
  startServer,
  temporaryDirectory,
} from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";

const noUnixSockets = skipWhen(process.platform === "win32", "Unix sockets: this is Windows");

/** A server on a Unix socket, with what clients need to find it. */
async function startOnSocket(
  path: string,
  options: ServerOptions = {},
): Promise<RunningServer & { readonly socketPath: string }> {
  const server = await startServer({
    ...options,
    args: ["--host", `unix:${path}`, ...options.args ?? []],
    startLine: /listening on (unix):/,
  });
  return Object.assign(server, { socketPath: path, url: "http://localhost" });
}

const socketIn = (directory: string): string => join(directory, "resound.sock");

test.skipIf(noUnixSockets)("both the API and WebSockets are served on a Unix socket", async () => {
  const path = socketIn(temporaryDirectory());
  await using server = await startOnSocket(path);
  expect(server.output.stdout[0]).toEndWith(` is listening on unix:${path}`);

  const client = await RawSocket.open(server);
  expect((await client.upgrade({ headers: { Host: "localhost" } })).status).toBe(101);
  expect(await client.readText()).toContain("pusher:connection_established");
  client.send({ event: "pusher:subscribe", data: { channel: "news" } });
  expect(await client.readText()).toContain("subscription_succeeded");

  expect((await new ApiClient(server).trigger("news", "e", "x")).status).toBe(200);
  expect(await client.readText()).toBe('{"event":"e","data":"x","channel":"news"}');
  client.destroy();
});

test.skipIf(noUnixSockets)("the file has the mode of the setting, and goes with the server", async () => {
  const directory = temporaryDirectory();
  for (const [mode, expected] of [[undefined, 0o660], ["600", 0o600], ["0666", 0o666]] as const) {
    const server = await startOnSocket(socketIn(directory), { env: { REVERB_SOCKET_MODE: mode } });
    expect(statSync(server.socketPath).mode & 0o777).toBe(expected);
    expect(await server.stop()).toBe(0);
    expect(existsSync(server.socketPath)).toBe(false);
  }
});

test.skipIf(noUnixSockets)("a server takes the place of one that was killed", async () => {
  const path = socketIn(temporaryDirectory());
  const killed = await startOnSocket(path);
  await killed.kill();
  expect(existsSync(path)).toBe(true);
  await using server = await startOnSocket(path);
  const client = await RawSocket.open(server);
  expect((await client.request("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n")).status).toBe(200);
  client.destroy();
});

test.skipIf(noUnixSockets)("the file of a server that answers is left alone", async () => {
  const path = socketIn(temporaryDirectory());
  const other = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => other.listen(path, resolve));
  const run = await runResound(["start", "--host", `unix:${path}`], { env: APPLICATION_ENV });
  expect(run.code).toBe(1);
  expect(run.stderr.map(withoutTime)).toEqual([
    `error   Cannot listen on unix:${path}: a server answers there, or the file is no socket. Stop that server, ` +
    "remove the file, or choose another path with --host or REVERB_SERVER_HOST.",
  ]);
  expect(existsSync(path)).toBe(true);
  await new Promise((resolve) => other.close(resolve));
});

test.skipIf(noUnixSockets)("a file that is no socket is left alone", async () => {
  const path = socketIn(temporaryDirectory());
  writeFileSync(path, "precious");
  const run = await runResound(["start", "--host", `unix:${path}`], { env: APPLICATION_ENV });
  expect(run.code).toBe(1);
  expect(await Bun.file(path).text()).toBe("precious");
});

test.skipIf(noUnixSockets)("a place where no socket can be is named with the way out", async () => {
  const directory = temporaryDirectory();
  const failure = async (path: string): Promise<string | undefined> => {
    const run = await runResound(["start", "--host", `unix:${path}`], { env: APPLICATION_ENV });
    expect(run.code).toBe(1);
    expect(run.stderr).toHaveLength(1);
    return withoutTime(run.stderr[0]);
  };
  expect(await failure(join(directory, "missing/resound.sock")))
    .toContain(`there is no folder ${join(directory, "missing")}. Create it, or choose another path`);
  expect(await failure(join(directory, "x".repeat(110)))).toContain("the path is too long");
});
