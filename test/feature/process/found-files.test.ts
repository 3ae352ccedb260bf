import { expect, test } from "bun:test";
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { runResound } from "../../support/run-resound.ts";
import { runtimeFilesIn } from "../../support/runtime-files.ts";
import { handsOver } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { ALL_EVENTS, OWN_PLACE, QUICK } from "../../support/watched-server.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";

const onWindows = skipWhen(process.platform === "win32", "pipes and links in folders: not on Windows");
const notRoot = skipWhen(process.getuid?.() !== 0, "files of other users: needs root");
const PLACE = "storage/framework/cache";
/** A number that no account has. */
const NAMELESS = 654_321;

function makePipe(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

test.skipIf(onWindows)(
  "restart and reload read small plain files only, and find the server among others",
  async () => {
    const directory = temporaryDirectory(), place = join(directory, PLACE);
    mkdirSync(place, { recursive: true });
    const server = await startServer({ directory });
    const [file = ""] = runtimeFilesIn(place);
    const nameOf = (number: number): string => join(place, file.replace(/\d+\.json$/, `${number}.json`));
    const [pipe, endless, link, huge] = [1, 2, 3, 4].map(nameOf) as [string, string, string, string];
    makePipe(pipe);
    symlinkSync("/dev/zero", endless);
    symlinkSync(join(place, file), link);
    writeFileSync(huge, "");
    truncateSync(huge, 10_000_000_000);
    const ignored = [
      `Ignored ${pipe}: it is no plain file.`,
      `Ignored ${endless}: it is a link.`,
      `Ignored ${link}: it is a link.`,
      `Ignored ${huge}: it has 10000000000 bytes, and no server of ours writes more than 1048576 there.`,
    ];
    for (const command of ["reload", "restart"]) {
      const { code, stdout, stderr } = await runResound([command, "--laravel", directory]);
      expect(stderr.toSorted()).toEqual(ignored);
      expect(stdout[0]).toContain(String(server.pid));
      expect(stdout[0]).toContain(server.url);
      expect(code).toBe(0);
    }
    expect(await (handsOver() ? server.stop() : server.exited)).toBe(0);
  },
);

test.skipIf(notRoot)(
  "root signals no process for a file of another user than the process's own",
  async () => {
    const directory = temporaryDirectory(), place = join(directory, PLACE);
    mkdirSync(place, { recursive: true });
    await using server = await startServer({ directory });
    const [file = ""] = runtimeFilesIn(place), path = join(place, file);
    chownSync(path, NAMELESS, NAMELESS);
    const { code, stdout, stderr } = await runResound(["restart", "--laravel", directory]);
    expect([code, stdout, stderr]).toEqual([1, [], [
      `Ignored ${path}: the process ${server.pid} that it names does not belong to the owner of the file.`,
    ]]);
  },
);

test("what a runtime file says cannot control the terminal", async () => {
  const directory = temporaryDirectory(), place = join(directory, PLACE);
  mkdirSync(place, { recursive: true });
  await using server = await startServer({ directory });
  const [file = ""] = runtimeFilesIn(place), path = join(place, file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(server.url, "\\u001b[2Jhere\\r"));
  const { stdout } = await runResound(["restart", "--laravel", directory, "--force"]);
  expect(stdout[0]).toStartWith(`Stopping the server ${server.pid} at  [2Jhere ; waiting`);
});

test.skipIf(onWindows)("a pipe or a link as the entry of reverb:restart is one warning", async () => {
  const directory = temporaryDirectory();
  const hash = new Bun.CryptoHasher("sha1").update("laravel:reverb:restart").digest("hex");
  const path = join(directory, PLACE, "data", hash.slice(0, 2), hash.slice(2, 4), hash);
  makePipe(path);
  await using server = await startServer({
    directory,
    files: { artisan: "", ".env": "APP_NAME=Laravel\nCACHE_STORE=file\n" },
  });
  expect(await server.output.waitFor("Cannot read Laravel's cache")).toContain(
    `${path}: it is no plain file.`,
  );
  renameSync(path, `${path}.pipe`);
  await server.output.waitFor("Laravel's cache can be read again");
});

test.skipIf(onWindows)(
  "a server takes no pipe, no link and no file of another user for webhooks",
  async () => {
    await using receiver = await WebhookReceiver.start();
    const directory = temporaryDirectory(), place = join(directory, PLACE);
    mkdirSync(place, { recursive: true });
    const nameOf = (number: number): string =>
      join(place, `resound-${hostname().replace(/[^\w.-]/g, "_").slice(0, 64)}-${number}-1.webhooks`);
    makePipe(nameOf(1));
    symlinkSync("/dev/zero", nameOf(2));
    writeFileSync(nameOf(3), "");
    truncateSync(nameOf(3), 10_000_000_000);
    const left = [nameOf(1), nameOf(2)];
    if (!notRoot) {
      writeFileSync(nameOf(4), '{"version":1,"applications":[]}');
      chownSync(nameOf(4), NAMELESS, NAMELESS);
      left.push(nameOf(4));
    }
    await using server = await startServer({
      directory,
      files: OWN_PLACE,
      env: { ...QUICK, REVERB_WEBHOOK_URL: receiver.url, REVERB_WEBHOOK_EVENTS: ALL_EVENTS },
    });
    expect(await server.output.waitFor("cannot be read")).toContain(`${nameOf(3)}.damaged now`);
    const names = readdirSync(place).filter((name) => name.includes(".webhooks"));
    expect(names.map((name) => join(place, name)).toSorted()).toEqual(
      [...left, `${nameOf(3)}.damaged`].toSorted(),
    );
  },
);
