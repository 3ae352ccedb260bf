import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { ROOT, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";

/** What is put behind a command that would take long, or that would run this test again. */
const CHEAPER: ReadonlyMap<string, string> = new Map([
  ["bun run check", "--list"],
  ["bun run test", "--list"],
  ["bun run test unit", "--list"],
  ["bun run build", "--help"],
  ["bun run prove --seeds 3", "--help"],
  ["bun run prove --simulate --seeds 1000", "--help"],
  ["bun run prove --mutants", "--help"],
  ["bun run prove --scale", "--help"],
  ["bun run build --all", "--help"],
  ["bun run fmt", "--check"],
]);

/** The commands of CONTRIBUTING.md's first block, without the `npx` that fetches Bun and without their explanations. */
const COMMANDS = new MarkdownPage("CONTRIBUTING.md").code("shell", "npx bun run").split("\n")
  .map((line) => line.replace(/ *#.*$/, "").replace(/^npx /, "")).filter((command) => command !== "");

const LISTED = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
});
const skip =
  skipWhen(serverTarget() !== "bun", "commands of CONTRIBUTING.md: this run tests another target") ||
  skipWhen(LISTED.exitCode !== 0, "commands of CONTRIBUTING.md: git does not list the files of this folder");

/** The files that a clone would have, and the packages. */
let clone = "";

beforeAll(() => {
  if (skip) return;
  clone = mkdtempSync(join(tmpdir(), "resound-clone-"));
  for (const path of LISTED.stdout.toString().split("\0")) {
    if (path !== "" && existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(clone, path));
  }
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
});

afterAll(() => {
  if (clone !== "") rmSync(clone, { recursive: true });
});

test("CONTRIBUTING.md names commands, each by npx alone", () => {
  expect(COMMANDS.length).toBeGreaterThan(8);
  for (const command of COMMANDS) expect(command).toStartWith("bun run ");
  expect(COMMANDS).toEqual(expect.arrayContaining([...CHEAPER.keys()]));
});

for (const command of COMMANDS) {
  const more = CHEAPER.get(command);
  const title = more === undefined ? command : `${command} ${more}`;
  test.skipIf(skip)(`a fresh clone runs ${title}`, async () => {
    const [, ...args] = title.split(" ");
    const child = Bun.spawn([process.execPath, ...args], { cwd: clone, stdin: "ignore", stderr: "pipe" });
    const [output, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    const exitCode = await child.exited;
    expect(exitCode, output + errors).toBe(0);
    // The last line of a run counts its tests, of which there must be some.
    if (/ test .*\.test\.ts/.test(command)) {
      expect(output).toMatch(/\n[1-9]\d* passed, 0 failed, \d+ skipped\n$/);
    }
  });
}
