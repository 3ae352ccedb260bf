import { expect, test } from "bun:test";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../support/skip-when.ts";
import { temporaryDirectory } from "../support/start-server.ts";
import { PACKAGE } from "./install-package.ts";
import { fetchPackageTools } from "./package-tools.ts";

const tools = fetchPackageTools();
const skip = skipWhen(
  typeof tools === "string",
  `the tools of the package resound/laravel: ${String(tools)}`,
);

/** The shared vendor folder knows nothing of the package's own classes. */
const AUTOLOAD = "autoload-in-tests.php";
const AUTOLOADER = `<?php
$loader = require __DIR__.'/vendor/autoload.php';
$loader->addPsr4('Resound\\\\', __DIR__.'/src');
$loader->addPsr4('Resound\\\\Tests\\\\', __DIR__.'/tests');
`;

/** Runs a command in a copy of the package, which gets the tools' vendor folder. */
function inPackage(...command: readonly string[]): { readonly exitCode: number; readonly output: string } {
  const folder = temporaryDirectory();
  cpSync(PACKAGE, folder, { recursive: true, filter: (path) => path !== join(PACKAGE, "vendor") });
  if (typeof tools !== "string") symlinkSync(tools.vendor, join(folder, "vendor"));
  writeFileSync(join(folder, AUTOLOAD), AUTOLOADER);
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    cwd: folder,
    env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  return { exitCode, output: exitCode === 0 ? "" : `${stdout.toString()}${stderr.toString()}` };
}

test.skipIf(skip).each([
  ["composer", ["composer", "validate", "--strict"]],
  ["Pint", ["php", "vendor/bin/pint", "--test", "config", "src", "tests"]],
  ["PHPUnit", ["php", "vendor/bin/phpunit", "--bootstrap", AUTOLOAD]],
  ["PHPStan", ["php", "-d", "memory_limit=2G", "vendor/bin/phpstan", "analyse", "--no-progress"]],
])("%s has nothing to say against the package", (_, command) => {
  expect(inPackage(...command)).toEqual({ exitCode: 0, output: "" });
});
