import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { freePort } from "../../support/free-port.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";

const unable = skipWhen(!existsSync("/dev/full"), "a full disk: this system has no /dev/full");

/** A shell that runs the server under test with its standard output on a full disk. */
function onFullDisk(...args: readonly string[]): string[] {
  return ["sh", "-c", 'exec "$@" > /dev/full', "sh", ...serverCommand(serverTarget()), ...args];
}

test.skipIf(unable)(
  "the server goes on when its standard output cannot be written, and logs it once",
  async () => {
    const port = await freePort();
    const server = await startServer({
      command: onFullDisk("start"),
      args: ["--port", String(port)],
      // Nothing else is printed: the banner is lost.
      startLine: /(Cannot) write to standard output(:)/,
    });
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(`${url}/up`)).status).toBe(200);
    // The lines of a reload are lost as well.
    process.kill(server.pid, "SIGHUP");
    expect((await fetch(`${url}/up`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(server.output.stderr.map(withoutTime)).toEqual([
      "warning Cannot write to standard output: the disk is full. The server goes on, and what it writes there is lost",
    ]);
  },
);

test.skipIf(unable)("in JSON the warning is an object too", async () => {
  const server = await startServer({
    command: onFullDisk("start", "--log-format", "json"),
    startLine: /("event"):("output_failed")/,
  });
  expect(await server.stop()).toBe(0);
  expect(server.output.stderr.map((line) => JSON.parse(line))).toMatchObject([{
    level: "warning",
    event: "output_failed",
  }]);
});

test.skipIf(unable).each(["config", "doctor"])(
  "%s ends with a sentence and 1 on a full disk",
  async (name) => {
    const args = [name, "--host", "127.0.0.1", "--port", "0"];
    const { code, stderr } = await runResound(args, { env: APPLICATION_ENV, command: onFullDisk() });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: ["Cannot write to standard output: the disk is full"],
    });
  },
);
