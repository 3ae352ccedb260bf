import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { temporaryDirectory } from "../../support/start-server.ts";
import { packagedFile } from "../../support/proxies.ts";

const missing = Bun.which("systemd-analyze") === null;

test.skipIf(skipWhen(missing, "systemd-analyze is not installed"))(
  "systemd finds nothing wrong with the unit",
  async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "resound.service");
    // It looks for the command, which is not installed here.
    const command = "ExecStart=/usr/local/bin/resound start --laravel /var/www/my-application";
    writeFileSync(file, packagedFile("resound.service", { [command]: "ExecStart=/bin/true start" }));
    const verify = Bun.spawn(["systemd-analyze", "verify", "--man=no", file], { stderr: "pipe" });
    expect([await new Response(verify.stderr).text(), await verify.exited]).toEqual(["", 0]);
  },
);

test("the unit leaves the server what it needs", () => {
  const unit = packagedFile("resound.service", {});
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, "m").exec(unit)?.[1];
  expect(value("Type")).toBe("notify");
  // JavaScript is compiled while it runs.
  expect(value("MemoryDenyWriteExecute")).toBeUndefined();
  expect(value("RestrictAddressFamilies")?.split(" ")).toContain("AF_UNIX");
  expect(value("ReadWritePaths")).toStartWith(`-${value("WorkingDirectory")}/storage/`);
  expect(Number(value("TimeoutStopSec"))).toBeGreaterThan(20);
});
