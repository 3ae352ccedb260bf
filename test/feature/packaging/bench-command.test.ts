import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join, resolve } from "node:path";
import { SCENARIOS } from "../../../scripts/bench/scenarios/all.ts";
import { folderWith, runResound } from "../../support/run-resound.ts";
import { ROOT, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";

const skip = skipWhen(
  serverTarget() !== "bun",
  "bun run bench: this run tests another target, and it is the same for all",
) ||
  skipWhen(process.platform !== "linux", "bun run bench measures on Linux alone");

const command = [process.execPath, resolve(ROOT, "scripts/bench/main.ts")];

/** Runs the benchmark, which ends with sentences in all cases and with a stack trace in none. */
async function bench(...args: readonly string[]) {
  const { code, stdout, stderr } = await runResound(args, { command });
  const output = [...stdout, ...stderr].join("\n");
  expect(output).not.toMatch(/^ +at .*:\d+:\d+/m);
  return { code, output, errors: stderr };
}

/** A file that can be executed. */
function executable(text: string): string {
  const path = join(folderWith({ program: text }), "program");
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(skip)("bun run bench", () => {
  test("ends with a sentence and the scenarios where the command line is wrong", async () => {
    for (
      const [sentence, ...args] of [
        ["There is no option --nonsense", "--nonsense"],
        ["There is no scenario nonsense; there are fan-out, ", "nonsense"],
        ["There is no contender nonsense; there are bare, ", "--only", "nonsense"],
        ["--pairs 0: expected a number from 1", "--pairs", "0"],
        ["--out needs a value", "--out", ""],
      ] as const
    ) {
      const { code, errors } = await bench(...args);
      expect([code, errors[0]]).toEqual([2, expect.stringContaining(sentence)]);
      for (const { name } of SCENARIOS) expect(errors.join("\n")).toContain(`\n  ${name} `);
    }
  });

  test("says before it measures that results cannot be written", async () => {
    const file = executable("");
    const { code, output } = await bench("start-up", "--only", "bare", "--out", join(file, "results"));
    expect(code).toBe(2);
    expect(output).toContain(`The results cannot be written to ${file}/results: `);
    expect(output).toContain("--out DIR names another folder");
  });

  const places: readonly (readonly [what: string, option: string, path: () => string, reason: string])[] = [
    ["is not there", "--sockudo", () => "/nowhere/sockudo", "/nowhere/sockudo does not exist"],
    ["is a folder", "--sockudo", () => folderWith({}), "is a folder, and no executable"],
    ["may not be executed", "--sockudo", () => join(folderWith({ x: "" }), "x"), "may not be executed"],
    ["is no program", "--sockudo", () => executable("\0"), "could not start: "],
    [
      "ends at once",
      "--sockudo",
      () => executable("#!/bin/sh\nexit 3\n"),
      "does not say which version it is",
    ],
    ["is not there", "--reverb", () => "/nowhere/site", "/nowhere/site is no Laravel application"],
    ["is no application", "--reverb", () => folderWith({}), "is no Laravel application"],
    [
      "has no packages",
      "--reverb",
      () => folderWith({ artisan: "" }),
      "has no packages: run composer install",
    ],
    [
      "lacks Reverb",
      "--reverb",
      () => folderWith({ artisan: "", "vendor/composer/installed.json": `{"packages":[]}` }),
      "lacks laravel/reverb: run composer require laravel/reverb",
    ],
    [
      "has a broken list of packages",
      "--reverb",
      () => folderWith({ artisan: "", "vendor/composer/installed.json": "{" }),
      "installed.json cannot be read: run composer install",
    ],
  ];
  test.each(places)(
    "says in one line that what %s cannot be measured (%s)",
    async (_, option, path, reason) => {
      const only = option.slice(2), out = folderWith({});
      const { code, output } = await bench(
        "start-up",
        "--quick",
        "--only",
        only,
        option,
        path(),
        "--out",
        out,
      );
      expect(code).toBe(1);
      expect(output).toContain(reason);
      expect(output).toContain("Nothing was measured, for the reasons above.");
    },
  );

  test("names a server that ends at its start, and measures the others", async () => {
    const path = executable("#!/bin/sh\n[ $1 = --version ] && echo sockudo 0 || exit 3\n");
    const out = folderWith({});
    const { code, output } = await bench(
      ...["start-up", "--quick", "--pairs", "1", "--only", "bare,sockudo", "--sockudo", path, "--out", out],
    );
    expect(code).toBe(1);
    expect(output).toMatch(/^sockudo failed: .* has ended with 3: it said nothing$/m);
    expect(output).toMatch(/^empty server: until the first greeting, ms /m);
  });

  test("compares with no commit that git does not know", async () => {
    const { code, output } = await bench("start-up", "--against", "no-such-commit", "--out", folderWith({}));
    expect(code).toBe(1);
    expect(output).toContain("git knows no commit no-such-commit here");
  });

  test("reports what is there, and names what it leaves out", async () => {
    const { code, output } = await bench("--report", "--out", folderWith({}));
    expect([code, output]).toEqual([1, expect.stringContaining("There are no results in ")]);
    const old = await bench("--report", "--out", folderWith({ "http.json": `{"format":0}` }));
    expect(old.code).toBe(1);
    expect(old.output).toContain("http.json is of another version of the benchmark and left out");
    const broken = await bench("--report", "--out", folderWith({ "http.json": "{" }));
    expect(broken.code).toBe(1);
    expect(broken.output).toContain("http.json is no result of the benchmark");
  });
});
