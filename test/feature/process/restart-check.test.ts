import { expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileStore } from "../../support/cache-stores.ts";
import { handsOver } from "../../support/server-target.ts";
import { connect } from "../../support/socket-client.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";

const DOTENV = "REVERB_APP_ID=app-id\nREVERB_APP_KEY=app-key\nREVERB_APP_SECRET=app-secret\n";
const WRONG = `${DOTENV}REVERB_APP_MAX_CONNECTIONS=many\n`;
const REASON = '.env:4 REVERB_APP_MAX_CONNECTIONS: expected a whole number from 1 to 1000000000, got "many"';

const HANDS_OVER = handsOver();

/** The end of a server that was restarted. */
async function expectEnd(server: RunningServer): Promise<void> {
  expect(await (HANDS_OVER ? server.stop() : server.exited)).toBe(0);
}

function restart({ directory }: RunningServer, ...args: readonly string[]): Promise<FinishedRun> {
  return runResound(["restart", "--laravel", directory, ...args]);
}

test("a restart is refused while the new configuration is wrong, and the clients stay", async () => {
  const server = await startServer({ files: { ".env": DOTENV } });
  await using client = await connect(server);
  await client.established();
  writeFileSync(join(server.directory, ".env"), WRONG);
  const name = `The server ${server.pid} at ${server.url}`;
  for (let times = 0; times < 2; times++) {
    expect(await restart(server)).toEqual({
      code: 1,
      stdout: [],
      stderr: [
        `${name} is not restarted, since what would start in its place could not:`,
        `  ${REASON}`,
        "  Correct it, or restart all the same with --force",
      ],
    });
  }
  await server.output.waitFor(
    "The restart (resound restart) is refused: the new server could not start. This one goes on",
  );
  await client.expectSilence();

  writeFileSync(join(server.directory, ".env"), DOTENV);
  const { code, stdout, stderr } = await restart(server);
  expect({ code, lines: stdout.length, stderr }).toEqual({ code: 0, lines: HANDS_OVER ? 1 : 2, stderr: [] });
  expect((await client.closed).code).toBe(HANDS_OVER ? 4200 : 4100);
  await expectEnd(server);
});

test("--force restarts all the same", async () => {
  const server = await startServer({ files: { ".env": DOTENV } });
  writeFileSync(join(server.directory, ".env"), WRONG);
  const { code, stderr } = await restart(server, "--force");
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  expect(await server.exited).toBe(0);
});

test("the check has the environment and the arguments of the server, and not those of the command", async () => {
  const server = await startServer({
    env: { REVERB_SERVER_PATH: "/from-the-unit" },
    args: ["--hostname", "ws.example"],
    files: { ".env": "APP_ENV=local\n" },
  });
  // The command has no credentials at all.
  expect((await restart(server)).code).toBe(0);
  await expectEnd(server);
});

test("a .env that is missing, as during a deployment, keeps a configured server from a restart", async () => {
  const server = await startServer({
    files: { ".env": DOTENV, artisan: "" },
    env: { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined },
  });
  const file = join(server.directory, ".env");
  renameSync(file, `${file}.old`);
  const { code, stderr } = await restart(server);
  expect(code).toBe(1);
  expect(stderr.join("\n")).toContain("No application is configured.");
  // In any other folder a start would make one up.
  rmSync(join(server.directory, "artisan"));
  const second = await restart(server);
  expect(second.code).toBe(1);
  expect(second.stderr.join("\n")).toContain("a made-up one does not take the place of a configured one");
  renameSync(`${file}.old`, file);
  expect((await restart(server)).code).toBe(0);
  await expectEnd(server);
});

test("a certificate that cannot be read keeps a server from a restart too", async () => {
  const server = await startServer({ files: { "resound.toml": "" } });
  writeFileSync(join(server.directory, "resound.toml"), '[server.options.tls]\nlocal_cert = "none.pem"\n');
  const { code, stderr } = await restart(server);
  expect(code).toBe(1);
  expect(stderr.join("\n")).toContain("none.pem (resound.toml:2 server.options.tls.local_cert)");
  expect(await server.stop()).toBe(0);
});

test(
  "php artisan reverb:restart is refused as well, and heeded once the configuration is right",
  async () => {
    await using store = fileStore();
    const directory = temporaryDirectory(), now = Math.floor(Date.now() / 1000);
    await store.mark(directory, now - 1000);
    const laravel = `APP_NAME=Laravel\n${store.env}\n`;
    const server = await startServer({ directory, files: { "artisan": "", ".env": DOTENV + laravel } });
    await using client = await connect(server);
    await client.established();
    writeFileSync(join(directory, ".env"), WRONG + laravel);
    let second = 0;
    const refused = /The restart \(php artisan reverb:restart\) is refused/;
    // Again and again: the server does not show when it has looked for the first time.
    while (!refused.test(server.output.text())) {
      await store.mark(directory, now + ++second);
      await Promise.race([server.output.waitFor(refused, 500).catch(() => undefined), server.exited]);
    }
    await client.expectSilence();
    writeFileSync(join(directory, ".env"), DOTENV + laravel);
    await store.mark(directory, now + ++second);
    await server.output.waitFor(
      HANDS_OVER ? /Process \d+ serves/ : "Stopping (php artisan reverb:restart)",
    );
    await expectEnd(server);
  },
);

test("a stop by signal asks nothing", async () => {
  const server = await startServer({ files: { ".env": DOTENV } });
  writeFileSync(join(server.directory, ".env"), WRONG);
  expect(await server.stop()).toBe(0);
});
