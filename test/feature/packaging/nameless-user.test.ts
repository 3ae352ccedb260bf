import { expect, test } from "bun:test";
import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";

/** A number that no account has, as `docker run --user` takes any. */
const NAMELESS = "654321";
const cannot = serverTarget() !== "binary" || process.getuid?.() !== 0 || Bun.which("setpriv") === null;

test.skipIf(
  skipWhen(cannot, "a user without a name: needs root, setpriv and the built executable as target"),
)(
  "the server runs as a user who has neither a name nor a home",
  async () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    // The folder of this repository may be closed to others.
    const executable = join(directory, "resound");
    copyFileSync(serverCommand("binary")[0] ?? "", executable);
    const command = [
      "setpriv",
      `--reuid=${NAMELESS}`,
      `--regid=${NAMELESS}`,
      "--clear-groups",
      executable,
      "start",
    ];
    const server = await startServer({ directory, command, env: { HOME: undefined, TMPDIR: undefined } });
    expect((await fetch(`${server.url}/up`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
    expect(server.output.stderr).toEqual([]);
  },
);
