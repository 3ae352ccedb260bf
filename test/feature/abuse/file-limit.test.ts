import { expect, test } from "bun:test";
import { eventually } from "../../support/eventually.ts";
import type { RawSocket } from "../../support/raw-socket.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { AbusedServer } from "../../support/abused-server.ts";

const LIMIT = 128;
const UP = "GET /up HTTP/1.1\r\nHost: x\r\n\r\n";

test.skipIf(skipWhen(process.platform === "win32", "the shell's ulimit: not on Windows"))(
  "at the limit of open files those who are connected are served, and later all are",
  async () => {
    const command = [
      "/bin/sh",
      "-c",
      `ulimit -n ${LIMIT}; exec "$0" "$@"`,
      ...serverCommand(serverTarget()),
      "start",
    ];
    const server = await AbusedServer.start({}, { command });
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
