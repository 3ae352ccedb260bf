import { expect, test } from "bun:test";
import { ownCommand } from "../../../../src/process/workers/own-command.ts";

test("a script is started with its runtime and the runtime's options", () => {
  expect(ownCommand({
    execPath: "/usr/bin/bun",
    execArgv: ["--smol"],
    argv: ["/usr/bin/bun", "/srv/src/main.ts", "start", "--workers", "2"],
  })).toEqual(["/usr/bin/bun", "--smol", "/srv/src/main.ts", "start", "--workers", "2"]);
});

test("the executable is started without its script, which is inside", () => {
  expect(ownCommand({
    execPath: "/usr/local/bin/resound",
    execArgv: [],
    argv: ["bun", "/$bunfs/root/resound", "--workers", "2"],
  })).toEqual(["/usr/local/bin/resound", "--workers", "2"]);
});
