import { expect, test } from "bun:test";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { folderWith, runResound } from "../../support/run-resound.ts";

/** A Laravel application as far as this command looks at one. */
function application(files: Readonly<Record<string, string>>): string {
  return folderWith({ artisan: "#!/usr/bin/env php\n", ...files });
}

function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

const STOCK = "APP_NAME=Laravel\nAPP_KEY=base64:AAAA\n\nBROADCAST_CONNECTION=log\n";

test("a stock .env gets what Reverb's installer adds; the server then starts with it", async () => {
  const folder = application({ ".env": STOCK });
  const { code, stdout, stderr } = await runResound(["install", "--laravel", folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  const text = readFileSync(join(folder, ".env"), "utf8");
  expect(text).toMatch(
    /^APP_NAME=Laravel\nAPP_KEY=base64:AAAA\n\nBROADCAST_CONNECTION=reverb\n\nREVERB_APP_ID=[1-9]\d{5}\nREVERB_APP_KEY=[a-z0-9]{20}\nREVERB_APP_SECRET=[a-z0-9]{20}\nREVERB_HOST="localhost"\nREVERB_PORT=8080\nREVERB_SCHEME=http\n\nVITE_REVERB_APP_KEY="\$\{REVERB_APP_KEY\}"\n/,
  );
  const secret = /^REVERB_APP_SECRET=(.*)$/m.exec(text)?.[1] ?? "";
  expect(stdout).toHaveLength(12);
  expect(stdout.join("\n")).not.toContain(secret);
  expect(stdout[0]).toBe(".env: changed BROADCAST_CONNECTION=log to BROADCAST_CONNECTION=reverb");
  expect(stdout.at(-1)).toBe("The file as it was is kept as .env.backup.");
  expect(readFileSync(join(folder, ".env.backup"), "utf8")).toBe(STOCK);

  const { code: configCode } = await runResound(["install", "--laravel", folder]);
  expect(configCode).toBe(0);
  expect(readdirSync(folder).toSorted()).toEqual([".env", ".env.backup", "artisan"]);
});

test("with nothing missing nothing is written", async () => {
  const folder = application({ ".env": STOCK });
  await runResound(["install", "--laravel", folder]);
  const before = contentOf(folder), { mtimeMs, ino } = statSync(join(folder, ".env"));
  const { code, stdout } = await runResound(["install", "--laravel", folder]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: [".env lacks nothing; it was not changed."] });
  expect(contentOf(folder)).toEqual(before);
  expect(statSync(join(folder, ".env"))).toMatchObject({ mtimeMs, ino });
});

test("line endings, byte order mark and a missing last newline stay as they are", async () => {
  const text = "\uFEFFAPP_NAME=X\r\n# note\r\nBROADCAST_CONNECTION=null # later\r\nLAST=1";
  const folder = application({ ".env": text });
  expect((await runResound(["install", "--laravel", folder])).code).toBe(0);
  const result = readFileSync(join(folder, ".env"), "utf8");
  expect(result).toStartWith(
    "\uFEFFAPP_NAME=X\r\n# note\r\nBROADCAST_CONNECTION=reverb # later\r\nLAST=1\r\n\r\nREVERB_APP_ID=",
  );
  expect(result.replaceAll("\r\n", "")).not.toContain("\n");
});

test("a copy that is there already is kept", async () => {
  const folder = application({ ".env": "A=1\n", ".env.backup": "precious" });
  const { stdout } = await runResound(["install", "--laravel", folder]);
  expect(stdout.at(-1)).toBe(
    "The file as it was is kept as .env.backup.2; it holds secrets, so keep it out of your repository.",
  );
  expect(contentOf(folder)).toMatchObject({ ".env.backup": "precious", ".env.backup.2": "A=1\n" });
});

test.skipIf(skipWhen(process.platform === "win32", "file modes and symbolic links: not on Windows"))(
  "mode and symbolic link stay: the shared .env of several releases is changed where it is",
  async () => {
    const shared = folderWith({ ".env": "A=1\n" }), folder = application({});
    chmodSync(join(shared, ".env"), 0o640);
    symlinkSync(join(shared, ".env"), join(folder, ".env"));
    expect((await runResound(["install", "--laravel", folder])).code).toBe(0);
    expect(lstatSync(join(folder, ".env")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(shared, ".env"), "utf8")).toContain("REVERB_APP_KEY=");
    expect(statSync(join(shared, ".env")).mode & 0o777).toBe(0o640);
    expect(statSync(join(shared, ".env.backup")).mode & 0o777).toBe(0o640);
  },
);

test("what the application still lacks is printed with its remedy", async () => {
  const folder = application({
    ".env": "A=1\n",
    "config/broadcasting.php": "<?php return ['default' => env('BROADCAST_DRIVER', 'null')];",
    "vendor/autoload.php": "<?php",
  });
  const { stdout } = await runResound(["install", "--laravel", folder]);
  expect(stdout[0]).toBe(".env: added BROADCAST_DRIVER=reverb");
  expect(stdout.slice(-2)).toEqual([
    "config/broadcasting.php has no connection named reverb: `php artisan install:broadcasting` adds it.",
    "Laravel broadcasts with the package pusher/pusher-php-server, which is missing: " +
    "`composer require pusher/pusher-php-server` adds it.",
  ]);
});

test("with APP_ENV set, the file that Laravel would read is the one that is changed", async () => {
  const folder = application({ ".env": "A=1\n", ".env.staging": "A=2\n" });
  const { stdout } = await runResound(["install", "--laravel", folder], { env: { APP_ENV: "staging" } });
  expect(stdout[0]).toBe(".env.staging: added BROADCAST_CONNECTION=reverb");
  expect(readFileSync(join(folder, ".env"), "utf8")).toBe("A=1\n");
});

test.each<[string, Readonly<Record<string, string>>, readonly (string | RegExp)[]]>([
  ["no Laravel application", { ".env": "A=1\n" }, [
    /^Cannot install into \/.*: it is no Laravel application \(it has no file "artisan"\)\. Run this in the application's folder, or name that with --laravel\.$/,
  ]],
  ["no .env", { artisan: "" }, [
    /^Cannot install into \/.*: it has no \.env\. Make one as Laravel wants it, with `cp \.env\.example \.env && php artisan key:generate`, and run this again\.$/,
  ]],
  ["a .env that is a folder", { artisan: "", ".env/x": "" }, [/^Cannot read \/.*\/\.env: it is a folder$/]],
  ["a .env that Laravel refuses", { artisan: "", ".env": "A=1\nB C\nREVERB_APP_SECRET=a b\n" }, [
    '.env:2: expected NAME=value, with a name of letters, digits, "_" and "."',
    ".env:3 REVERB_APP_SECRET: text after the end of the value; a value with spaces must be quoted",
  ]],
])("%s: a clear line, exit code 2, nothing written", async (_, files, lines) => {
  const folder = folderWith(files), before = contentOf(folder);
  const { code, stdout, stderr } = await runResound(["install", "--laravel", folder]);
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: lines.length });
  for (const [index, line] of lines.entries()) expect(stderr[index]).toMatch(line);
  expect(contentOf(folder)).toEqual(before);
});

test("a folder that is not there: a clear line, exit code 2", async () => {
  const { code, stderr } = await runResound(["install", "--laravel", "/nonexistent"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: ["Cannot install into /nonexistent: no such folder."],
  });
  expect(existsSync("/nonexistent")).toBe(false);
});

test.skipIf(skipWhen(process.getuid?.() === 0 || process.platform === "win32", "root may write anything"))(
  "a file or folder that may not be written: a clear line, exit code 1, nothing written",
  async () => {
    for (const locked of [".env", "."]) {
      const folder = application({ ".env": "A=1\n" }), before = contentOf(folder);
      chmodSync(join(folder, locked), locked === "." ? 0o555 : 0o444);
      const { code, stdout, stderr } = await runResound(["install", "--laravel", folder]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
      expect(stderr).toEqual([
        `Cannot write ${join(folder, ".env")}: permission denied. Nothing was changed.`,
      ]);
      expect(contentOf(folder)).toEqual(before);
      if (locked === ".") chmodSync(folder, 0o755);
    }
  },
);
