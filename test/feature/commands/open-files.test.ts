import { expect, test } from "bun:test";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";

const noLimits = skipWhen(process.platform !== "linux", "limits of a process: only Linux shows them");

/** Starts a server that may open so many files: `ulimit` arguments. */
function startWithin(limits: string, env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const shell = ["/bin/sh", "-c", `${limits}; exec "$0" "$@"`, ...serverCommand(serverTarget()), "start"];
  return startServer({ command: shell, env });
}

test.skipIf(noLimits)(
  "a limit below the connections that are allowed is a warning at start, with number and remedy",
  async () => {
    await using server = await startWithin("ulimit -n 1000", { REVERB_APP_MAX_CONNECTIONS: "5000" });
    // It is written beside the banner, into another pipe.
    await server.output.waitFor("files may be open");
    expect(server.output.stderr.map((line) => line.replace(/^.{24}/, ""))).toEqual([
      "warning Only 1000 files may be open, enough for 872 connections, and max_connections allows 5000. " +
      "Raise the limit to at least 5128 (LimitNOFILE=5128 in a systemd unit, `ulimit -n 5128` in a shell, " +
      "--ulimit nofile for a container).",
    ]);
  },
);

test.skipIf(noLimits)(
  "a soft limit is raised to the hard one, so that it alone is no reason to warn",
  async () => {
    await using server = await startWithin("ulimit -Sn 500; ulimit -Hn 5000");
    const limits = await Bun.file(`/proc/${server.pid}/limits`).text();
    expect(limits).toMatch(/^Max open files +5000 +5000 /m);
    expect(await server.stop()).toBe(0);
    expect(server.output.stderr).toEqual([]);
  },
);
