import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { PACKAGE } from "./install-package.ts";

/** Milliseconds for Composer to fetch the package's tools. */
const PATIENCE = 75_000;

/** The vendor folder with what the package's composer.json requires for its development, or the reason why it cannot be had. */
export function fetchPackageTools(): { readonly vendor: string } | string {
  for (const program of ["php", "composer"]) {
    if (Bun.which(program) === null) return `${program} is not installed`;
  }
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "resound-tests");
  mkdirSync(cache, { recursive: true });
  using lock = new Database(join(cache, "package-tools.lock"));
  lock.run(`PRAGMA busy_timeout = ${2 * PATIENCE}`);
  lock.run("BEGIN EXCLUSIVE");
  const manifest = join(PACKAGE, "composer.json");
  const name = createHash("sha256").update(readFileSync(manifest)).digest("hex").slice(0, 16);
  const folder = join(cache, `package-tools-${name}`), vendor = join(folder, "vendor");
  if (existsSync(join(vendor, "autoload.php"))) return { vendor };
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  copyFileSync(manifest, join(building, "composer.json"));
  const { exitCode } = Bun.spawnSync(
    ["composer", "update", "--no-interaction", "--no-progress", "--no-scripts", "--no-plugins"],
    {
      cwd: building,
      env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
      timeout: PATIENCE,
    },
  );
  if (exitCode === 0) renameSync(building, folder);
  else rmSync(building, { recursive: true, force: true });
  return exitCode === 0 ? { vendor } : "Composer cannot install the tools of laravel/composer.json";
}
