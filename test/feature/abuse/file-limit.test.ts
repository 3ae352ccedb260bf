import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { eventually } from "../../support/eventually.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect, type SocketClient } from "../../support/socket-client.ts";
import { AbusedServer } from "../../support/abused-server.ts";

const LIMIT = 128;
const UP = "GET /up HTTP/1.1\r\nHost: x\r\n\r\n";

const NO_ULIMIT = skipWhen(process.platform === "win32", "the shell's ulimit: not on Windows");
const NO_PROC = skipWhen(process.platform !== "linux", "the limit of open files is shown on Linux only");

const FEW = "of the 128 files that may be open are open: new WebSocket connections are refused";
const ENOUGH =
  /WebSocket connections are accepted again after \d+ s: (\d+) were refused, and (\d+) connections were closed/;

function startLimited(): Promise<AbusedServer> {
  const command = [
    "/bin/sh",
    "-c",
    `ulimit -n ${LIMIT}; exec "$0" "$@"`,
    ...serverCommand(serverTarget()),
    "start",
  ];
  return AbusedServer.start({}, { command });
}

/** Seconds of processor time that a process has used. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

test.skipIf(NO_ULIMIT)(
  "at the limit of open files those who are connected are served, and later all are",
  async () => {
    const server = await startLimited();
    const before = await server.raw();
    expect((await before.request(UP)).status).toBe(200);
    // The system accepts them all in the server's name; the server can take only some.
    const many = await connections(server, 2 * LIMIT);
    for (const raw of many) raw.write(UP);
    expect((await many[0]?.readResponse())?.status).toBe(200);
    for (let round = 0; round < 10; round++) expect((await before.request(UP)).status).toBe(200);

    for (const raw of many) raw.destroy();
    (await untilAccepted(server)).destroy();
    await server.assertStillServes();
    before.destroy();
    await server.stop();
  },
);

test.skipIf(NO_ULIMIT || NO_PROC)(
  "where no file is left the process does not keep a core busy, and the log has one line, and one when files are left again",
  async () => {
    const server = await startLimited(), { output, pid } = server.running;
    const many = await connections(server, 2 * LIMIT);
    await output.waitFor(FEW);
    const start = processorSeconds(pid);
    // Nothing is awaited here but the time over which the processor is measured.
    await Bun.sleep(3000);
    expect(processorSeconds(pid) - start).toBeLessThan(1.5);
    for (const raw of many) raw.destroy();
    await output.waitFor(ENOUGH);
    expect(output.text().split(FEW).length).toBe(2);
    await server.assertStillServes();
    await server.stop();
  },
);

test.skipIf(NO_ULIMIT || NO_PROC)(
  "near the limit of open files new clients are refused with 4100, and API calls and the other clients are served",
  async () => {
    const server = await startLimited(), { output } = server.running;
    const admitted: SocketClient[] = [];
    let refused: SocketClient | undefined;
    // One by one, so that the files are counted in between.
    while (refused === undefined) {
      expect(admitted.length).toBeLessThan(LIMIT);
      const client = await connect(server);
      const frame = await client.next();
      if (frame.includes("connection_established")) admitted.push(client);
      else {
        expect(frame).toBe(
          '{"event":"pusher:error","data":"{\\"code\\":4100,\\"message\\":\\"Over capacity\\"}"}',
        );
        refused = client;
      }
    }
    expect(await refused.closed).toMatchObject({ code: 4100, reason: "Over capacity" });
    expect(admitted.length).toBeGreaterThan(LIMIT / 2);
    for (let number = 0; number < 8; number++) {
      expect((await server.api.trigger("c", "e", "x")).status).toBe(200);
    }
    await Promise.all(admitted.map((client) => client.expectSilence()));

    for (const client of admitted) await client.close();
    await output.waitFor(ENOUGH);
    expect(output.text().split(FEW).length).toBe(2);
    await server.assertStillServes();
    await server.stop();
  },
);

/** So many connections; on Deno, which begins to listen anew when none can be accepted, those that did not come in between. */
async function connections(server: AbusedServer, count: number): Promise<readonly RawSocket[]> {
  const attempts = await Promise.allSettled(Array.from({ length: count }, () => server.raw()));
  const refused = attempts.filter(({ status }) => status === "rejected").length;
  if (serverTarget() !== "deno") expect(refused).toBe(0);
  expect(refused).toBeLessThan(count);
  return attempts.flatMap((attempt) => attempt.status === "fulfilled" ? [attempt.value] : []);
}

/** The first connection that is taken again; at once, but on Deno. */
async function untilAccepted(server: AbusedServer): Promise<RawSocket> {
  if (serverTarget() !== "deno") return await server.raw();
  const taken = await eventually(() => server.raw().catch(() => undefined));
  if (taken === undefined) throw new Error("No connection was taken");
  return taken;
}
