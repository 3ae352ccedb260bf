import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/server-target.ts";
import type { LaravelApplication } from "../laravel/laravel-application.ts";
import type { LaravelPackages } from "../laravel/laravel-packages.ts";

/** The Composer package of this repository. */
export const PACKAGE: string = join(ROOT, "laravel");

/** What a package looks like in Composer's lists; only what is needed here. */
interface Installed {
  readonly name: string;
  readonly version: string;
}

/**
 * Requires `resound/laravel` by its path, as the documentation says, in an application that gets a vendor folder of its own. Composer
 * finds all other packages in that folder, so it asks no registry. Returns what Composer printed; throws when it failed.
 */
export function requirePackage(application: LaravelApplication, packages: LaravelPackages): string {
  ownVendor(application, packages);
  application.write(
    "composer.json",
    JSON.stringify({
      name: "resound/laravel-test-application",
      autoload: { "psr-4": { "App\\": "app/" } },
      require: JSON.parse(readFileSync(join(packages.vendor, "../composer.json"), "utf8")).require,
      repositories: [
        { type: "path", url: PACKAGE },
        { type: "composer", url: `file://${join(application.directory, "packages")}` },
        { "packagist.org": false },
      ],
      config: { lock: false },
    }),
  );
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["composer", "require", "resound/laravel:@dev", "--no-interaction", "--no-progress", "--no-plugins"],
    {
      cwd: application.directory,
      env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const output = `${stdout.toString()}${stderr.toString()}`;
  if (exitCode !== 0) throw new Error(`composer require resound/laravel failed: ${output}`);
  return output;
}

/** Links to all shared packages, and what Composer writes in a copy. */
function ownVendor(application: LaravelApplication, packages: LaravelPackages): void {
  const vendor = join(application.directory, "vendor");
  rmSync(vendor);
  mkdirSync(vendor);
  for (const name of readdirSync(packages.vendor)) {
    const shared = join(packages.vendor, name), own = join(vendor, name);
    if (name === "composer" || name === "autoload.php") cpSync(shared, own, { recursive: true });
    else symlinkSync(shared, own);
  }
  const file = join(vendor, "composer/installed.json");
  const { packages: list } = JSON.parse(readFileSync(file, "utf8")) as { packages: readonly Installed[] };
  const byName = Object.fromEntries(list.map((each) => [each.name, { [each.version]: each }]));
  application.write("packages/packages.json", JSON.stringify({ packages: byName }));
  if (!existsSync(PACKAGE)) throw new Error(`${PACKAGE} is missing`);
}
