import { expect, test } from "bun:test";
import manifest from "../../../package.json" with { type: "json" };
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";

const HELP_HINT = "Run with --help to see every option.";

test.each([["--help"], ["-h"], ["help"]])("%s prints the commands and ends with 0", async (flag) => {
  const { code, stdout, stderr } = await runResound([flag]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  expect(stdout[0]).toBe("Usage: resound [options] [command]");
  expect(stdout.join("\n")).toMatch(/^ {2}start \[options\] +start the server$/m);
});

test("start --help prints Reverb's flags and our own", async () => {
  const { code, stdout, stderr } = await runResound(["start", "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  const flags = stdout.join("\n").match(/^ {2}(-\w, )?--[\w-]+/gm)?.map((flag) => flag.trim());
  expect(flags).toEqual(expect.arrayContaining([
    "--host",
    "--port",
    "--path",
    "--hostname",
    "--debug",
    "--laravel",
    "--config",
    "--log-format",
    "-h, --help",
  ]));
});

test.each([["--version"], ["-V"]])(
  "%s prints the version, with the commit in an executable",
  async (flag) => {
    const { code, stdout, stderr } = await runResound([flag]);
    expect({ code, stderr, lines: stdout.length }).toEqual({ code: 0, stderr: [], lines: 1 });
    expect(stdout[0]?.replace(/ \((unknown|[0-9a-f]{12}(-dirty)?)\)$/, "")).toBe(manifest.version);
  },
);

test.each([
  [["foo"], ["error: unknown command 'foo'"]],
  [["strat"], ["error: unknown command 'strat'", "(Did you mean start?)"]],
  [["foo", "--port", "1"], ["error: unknown command 'foo'"]],
])("%j names no command and is refused with 2", async (args, lines) => {
  expect(await runResound(args)).toEqual({ code: 2, stdout: [], stderr: [...lines, HELP_HINT] });
});

test.each([
  [["--bogus"], "error: unknown option '--bogus'"],
  [["start", "--bogus=1"], "error: unknown option '--bogus=1'"],
  [["start", "extra"], "error: too many arguments for 'start'. Expected 0 arguments but got 1: extra."],
  [["--port"], "error: option '--port <number>' argument missing"],
  [
    ["--port", "abc"],
    "error: option '--port <number>' argument 'abc' is invalid. Expected a number from 0 to 65535.",
  ],
  [
    ["--port", "-1"],
    "error: option '--port <number>' argument '-1' is invalid. Expected a number from 0 to 65535.",
  ],
  [
    ["start", "--port=65536"],
    "error: option '--port <number>' argument '65536' is invalid. Expected a number from 0 to 65535.",
  ],
  [
    ["--log-format", "xml"],
    "error: option '--log-format <format>' argument 'xml' is invalid. Allowed choices are text, json.",
  ],
])("%j is refused with 2 and one line before the hint at --help", async (args, line) => {
  expect(await runResound(args)).toEqual({ code: 2, stdout: [], stderr: [line, HELP_HINT] });
});

test("for a misspelt flag the right one is suggested", async () => {
  expect((await runResound(["--prot", "1"])).stderr)
    .toEqual(["error: unknown option '--prot'", "(Did you mean --port?)", HELP_HINT]);
});

test.each([
  [["--host", "a b"], 'error   --host: expected an IP address, a host name, or unix: with a path, got "a b"'],
  [["--path", "a b"], 'error   --path: expected a path such as /reverb, got "a b"'],
  [["--laravel", "/nonexistent"], "error   Cannot read the folder /nonexistent: no such folder"],
])("%j is refused with 2 and one line that names the flag's value", async (args, line) => {
  const { code, stdout, stderr } = await runResound(args, { env: APPLICATION_ENV });
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({ code: 2, stdout: [], stderr: [line] });
});

test.each([
  [{ REVERB_SERVER_PORT: "banana" }, [
    'error   environment variable REVERB_SERVER_PORT: expected a port from 1 to 65535 (or 0 for any free one), got "banana"',
  ]],
  [{ REVERB_MAX_REQUEST_SIZE: "-1", REVERB_SCALING_ENABLED: "perhaps" }, [
    'error   environment variable REVERB_MAX_REQUEST_SIZE: expected a number of bytes from 1 to 1073741824, got "-1"',
    /^error {3}environment variable REVERB_SCALING_ENABLED: expected .*, got "perhaps"$/,
  ]],
])("all wrong values are reported at once, a line each: %j", async (env, lines) => {
  const { code, stdout, stderr } = await runResound([], { env: { ...APPLICATION_ENV, ...env } });
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: lines.length });
  for (const [index, line] of lines.entries()) expect(withoutTime(stderr[index])).toMatch(line);
});
