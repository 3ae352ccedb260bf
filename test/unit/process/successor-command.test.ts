import { expect, test } from "bun:test";
import { successorCommand } from "../../../src/process/handover/successor-command.ts";

const RESOLVED = "/releases/1/resound", FOLDER = "/var/www/current";

test("an executable is started by the name that was given, which is looked for as a shell does", () => {
  const started = {
    execPath: RESOLVED,
    execArgv: [],
    argv: ["bun", "/$bunfs/root/resound", "start", "--port", "1"],
  };
  const places = { folder: FOLDER, path: "/nowhere:/bin" };
  // /bin/sh stands for a link to the newest release.
  expect(successorCommand({ ...started, argv0: "sh" }, places)).toEqual(["/bin/sh", "start", "--port", "1"]);
  expect(successorCommand({ ...started, argv0: "/bin/sh" }, places)[0]).toBe("/bin/sh");
  expect(successorCommand({ ...started, argv0: "../../../bin/sh" }, places)[0]).toBe("/bin/sh");
  // A name that leads nowhere.
  expect(successorCommand({ ...started, argv0: "no-such-program" }, places)[0]).toBe(RESOLVED);
  expect(successorCommand({ ...started, argv0: "./gone" }, places)[0]).toBe(RESOLVED);
});

test("a script is run by its runtime, by the name that was given", () => {
  const script = import.meta.path, folder = import.meta.dir;
  const started = {
    execPath: "/bin/sh",
    execArgv: ["--no-env-file"],
    argv: ["/bin/sh", script, "start"],
    argv0: "sh",
  };
  const written = ["sh", "--no-env-file", "./successor-command.test.ts", "start"];
  const command = successorCommand(started, { folder, path: "/bin" }, written);
  expect(command).toEqual(["/bin/sh", "--no-env-file", script, "start"]);
  // Where the system shows no command, or another one, the resolved name stands.
  for (const other of [undefined, ["sh", "start"], ["sh", "--no-env-file", "./none.ts", "start"]]) {
    expect(successorCommand(started, { folder, path: "/bin" }, other)).toEqual([
      "/bin/sh",
      "--no-env-file",
      script,
      "start",
    ]);
  }
});
