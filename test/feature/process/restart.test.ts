import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtimeFilesIn } from "../../support/runtime-files.ts";
import { handsOver } from "../../support/server-target.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { APPLICATION_ENV, runResound } from "../../support/run-resound.ts";

/** A folder with what makes it a Laravel application here. */
function laravelFolder(): { readonly directory: string; readonly place: string } {
  const directory = temporaryDirectory();
  const place = join(directory, "storage/framework/cache");
  mkdirSync(place, { recursive: true });
  return { directory, place };
}

const HANDS_OVER = handsOver();

test("restart has another process take the place of the folder's server, and says what it did", async () => {
  const { directory, place } = laravelFolder();
  const server = await startServer({ directory });
  const [file = ""] = runtimeFilesIn(place);
  expect(statSync(join(place, file)).mode & 0o777).toBe(0o600);
  const record: unknown = JSON.parse(readFileSync(join(place, file), "utf8"));
  expect(record).toMatchObject({ pid: server.pid, folder: directory, address: server.url });
  expect(JSON.stringify(record)).not.toContain("app-secret");

  await using client = await connect(server);
  await client.established();
  const { code, stdout, stderr } = await runResound(["restart", "--laravel", directory]);
  expect([code, stderr]).toEqual([0, []]);
  if (HANDS_OVER) {
    const [, next = "0"] = /^Process (\d+) serves/.exec(stdout[0] ?? "") ?? [];
    expect(stdout).toEqual([`Process ${next} serves ${server.url} in place of process ${server.pid} now`]);
    expect((await client.closed).code).toBe(4200);
    // The first process stays, and the file names it.
    expect(JSON.parse(readFileSync(join(place, file), "utf8"))).toMatchObject({ pid: server.pid });
    await using again = await connect(server);
    await again.established();
    expect(await server.stop()).toBe(0);
    return expect(readdirSync(place)).toEqual([]);
  }
  expect(stdout).toEqual([
    `Stopping the server ${server.pid} at ${server.url}; waiting up to 18 s for its end`,
    expect.stringMatching(
      new RegExp(
        `^The server ${server.pid} at ${server.url} has ended after [\\d.]+ s; its process manager starts the new one$`,
      ),
    ),
  ]);
  expect(await server.exited).toBe(0);
  expect((await client.closed).code).toBe(4100);
  expect(readdirSync(place)).toEqual([]);
});

test("all servers of a folder are found, outside Laravel too, and no server of another", async () => {
  const directory = temporaryDirectory();
  const [one, two, other] = await Promise.all([
    startServer({ directory }),
    startServer({ directory }),
    startServer(),
  ]);
  const { code, stdout } = await runResound(["restart", "--laravel", directory]);
  expect([code, stdout.filter((line) => /has ended|in place of/.test(line)).length]).toEqual([0, 2]);
  expect(HANDS_OVER ? [await one.stop(), await two.stop()] : [await one.exited, await two.exited]).toEqual([
    0,
    0,
  ]);
  expect((await fetch(`${other.url}/up`)).status).toBe(200);
  expect(await other.stop()).toBe(0);
});

test("without a server restart and reload end with 1 and one line", async () => {
  const { directory } = laravelFolder();
  for (const command of ["restart", "reload"]) {
    const { code, stdout, stderr } = await runResound([command, "--laravel", directory]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: [],
      stderr: [
        `No server runs for ${directory}. Give the folder that it was started in with --laravel, ` +
        "and run this as the same user.",
      ],
    });
  }
});

test("what a killed server has left is no server, and is cleared away", async () => {
  const { directory, place } = laravelFolder();
  const server = await startServer({ directory });
  await server.kill("SIGKILL");
  expect(runtimeFilesIn(place).length).toBe(1);
  expect((await runResound(["restart", "--laravel", directory])).code).toBe(1);
  expect(readdirSync(place)).toEqual([]);
});

test("a process that has got the number of an ended server is left alone", async () => {
  const { directory, place } = laravelFolder();
  const server = await startServer({ directory });
  const [file = ""] = runtimeFilesIn(place);
  const text = readFileSync(join(place, file), "utf8");
  writeFileSync(join(place, file), text.replace(/"started": "[^"]*"/, '"started": "another time"'));
  const { code, stdout } = await runResound(["restart", "--laravel", directory]);
  expect([code, stdout]).toEqual([1, []]);
  expect(await server.stop()).toBe(0);
});

test("--all is refused where there is no cluster", async () => {
  const { code, stderr } = await runResound(["restart", "--all"], { env: APPLICATION_ENV });
  expect([code, stderr]).toEqual([
    2,
    [
      "Cannot restart the cluster: the configuration of this folder has none (REVERB_SCALING_ENABLED is not true). " +
      "Without --all every server of this folder on this machine is restarted.",
    ],
  ]);
});
