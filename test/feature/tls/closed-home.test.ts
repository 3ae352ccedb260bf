import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { APPLICATION_ENV, folderWith, runResound, withoutTime } from "../../support/run-resound.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";

/** The number of a user and a group without rights, which this test does not run as. */
const OTHER_USER = "65534";
const REVERB_HOST = "app.test";
const isRoot = process.getuid?.() === 0;
const cannotChange = isRoot && (serverTarget() !== "binary" || Bun.which("setpriv") === null);
const unable = skipWhen(
  process.platform === "win32" || cannotChange,
  "a HOME that is closed to the user: root needs setpriv and the built executable as target",
);

/** Starts a server in a public folder as a user to whom a folder in it, `closed`, is not open. */
async function startClosedOut(): Promise<RunningServer> {
  const directory = folderWith({ "closed/.config/valet/Certificates/app.test.crt": "" });
  const home = join(directory, "closed");
  const env = { HOME: home, TMPDIR: undefined, REVERB_HOST };
  chmodSync(home, isRoot ? 0o700 : 0o000);
  if (!isRoot) return await startServer({ directory, env });
  chmodSync(directory, 0o755);
  return await startServer({ directory, env, command: [...asOtherUser(directory), "start"] });
}

/** The executable in a folder that is open to all, run as another user. */
function asOtherUser(directory: string): string[] {
  const executable = join(directory, "resound");
  copyFileSync(serverCommand("binary")[0] ?? "", executable);
  return ["setpriv", `--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, "--clear-groups", executable];
}

test.skipIf(unable)("start goes on without a certificate when HOME may not be looked into", async () => {
  const server = await startClosedOut();
  try {
    expect((await fetch(`${server.url}/up`)).status).toBe(200);
    expect(server.output.stderr).toEqual([]);
  } finally {
    expect(await server.stop()).toBe(0);
    chmodSync(join(server.directory, "closed"), 0o700);
  }
});

test("start and doctor go on without a certificate when a file stands in the way to it", async () => {
  const env = { HOME: folderWith({ ".config": "" }), REVERB_HOST };
  await using server = await startServer({ env });
  expect((await fetch(`${server.url}/up`)).status).toBe(200);
  expect(server.output.stderr).toEqual([]);
  const args = ["doctor", "--host", "127.0.0.1", "--port", String(server.port)];
  const { stdout, stderr } = await runResound(args, { env: { ...APPLICATION_ENV, ...env } });
  expect(stdout.at(-1)).toMatch(/^\d+ errors?, /);
  expect(stderr).toEqual([]);
});

test.each([
  ["install", "Cannot install into"],
  ["reload", "Cannot look for a server in"],
  ["restart", "Cannot look for a server in"],
])("%s names the reason when a file stands in the way to its folder", async (name, beginning) => {
  const file = join(folderWith({ file: "" }), "file"), folder = join(file, "folder");
  const { code, stdout, stderr } = await runResound([name, "--laravel", folder]);
  expect({ stdout, stderr: stderr.map((line) => line.replace(/\.$/, "")) }).toEqual({
    stdout: [],
    stderr: [`${beginning} ${folder}: a file stands where the path needs a folder`],
  });
  expect(code).toBe(name === "install" ? 2 : 1);
});

test.skipIf(skipWhen(process.platform === "win32", "a Unix socket: Windows has none"))(
  "start names the reason when a file stands in the way to its Unix socket",
  async () => {
    const directory = temporaryDirectory(), path = join(directory, "file/server.sock");
    writeFileSync(join(directory, "file"), "");
    const { code, stderr } = await runResound(["start", "--host", `unix:${path}`], { env: APPLICATION_ENV });
    expect({ code, lines: stderr.length }).toEqual({ code: 1, lines: 1 });
    expect(withoutTime(stderr[0])).toStartWith(`error   Cannot listen on unix:${path}: `);
  },
);
