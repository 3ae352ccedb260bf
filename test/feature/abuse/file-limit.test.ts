import { expect, test } from "bun:test";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { AbusedServer } from "./abused-server.ts";

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
    const many = await Promise.all(Array.from({ length: 2 * LIMIT }, () => server.raw()));
    for (const raw of many) raw.write(UP);
    expect((await many[0]?.readResponse())?.status).toBe(200);
    for (let round = 0; round < 10; round++) expect((await before.request(UP)).status).toBe(200);

    for (const raw of many) raw.destroy();
    await server.assertStillServes();
    before.destroy();
    await server.stop();
  },
);
