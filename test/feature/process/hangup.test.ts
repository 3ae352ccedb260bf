import { expect, test } from "bun:test";
import { forgetProcess, noteProcess } from "../../support/leftovers.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { APPLICATION_ENV } from "../../support/run-resound.ts";

const noTerminals = skipWhen(process.platform === "win32", "Windows has no terminals as these");

test.skipIf(noTerminals)("a server whose terminal is closed stops", async () => {
  const { PATH = "", HOME = "" } = process.env;
  const listening = Promise.withResolvers<void>();
  let output = "";
  const child = Bun.spawn([...serverCommand(serverTarget()), "start", "--host", "127.0.0.1", "--port", "0"], {
    cwd: temporaryDirectory(),
    env: { PATH, HOME, ...APPLICATION_ENV },
    terminal: {
      data(_terminal, bytes) {
        output += new TextDecoder().decode(bytes);
        if (output.includes("Serving application")) listening.resolve();
      },
    },
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  await listening.promise;
  child.terminal?.close();
  expect(await child.exited).toBe(0);
  forgetProcess(child.pid);
});

test.skipIf(noTerminals)("a server without a terminal takes SIGHUP for a reload and lives on", async () => {
  const server = await startServer();
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("The configuration was read again");
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
});
