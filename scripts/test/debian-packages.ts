import { runCommand } from "./run-command.ts";

/** A program that tests start, or an extension of PHP, and the Debian package that brings it. */
type Needed =
  & { readonly package: string }
  & ({ readonly program: string } | { readonly phpExtension: string });

/** What the tests use beyond npm packages. A test whose program is missing all the same says so through `skipWhen`. */
const NEEDED: readonly Needed[] = [
  { program: "redis-server", package: "redis-server" },
  { program: "faketime", package: "faketime" },
  { program: "nginx", package: "nginx-light" },
  { program: "caddy", package: "caddy" },
  { program: "haproxy", package: "haproxy" },
  { program: "shellcheck", package: "shellcheck" },
  { program: "systemd-analyze", package: "systemd" },
  { program: "openssl", package: "openssl" },
  { program: "chromium", package: "chromium" },
  { program: "firefox-esr", package: "firefox-esr" },
  { program: "WebKitWebDriver", package: "webkit2gtk-driver" },
  { program: "Xvfb", package: "xvfb" },
  { program: "promtool", package: "prometheus" },
  { program: "php", package: "php-cli" },
  { program: "composer", package: "composer" },
  { phpExtension: "curl", package: "php-curl" },
  { phpExtension: "mbstring", package: "php-mbstring" },
  { phpExtension: "dom", package: "php-xml" },
  { phpExtension: "pdo_sqlite", package: "php-sqlite3" },
  { phpExtension: "redis", package: "php-redis" },
];

/**
 * Installs the named packages, without starting the services in them: Debian starts what it has installed unless a policy says
 * no (invoke-rc.d(8)). Where the machine has no policy of its own, one is there for as long as this takes.
 */
const INSTALL = `
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# One by one: a package that this release of Debian does not have must not keep the others away.
for package in "$@"; do apt-get install -y -q --no-install-recommends "$package"; done
`;

/** Why the packages cannot be installed here; `undefined` when they can. */
function obstacle(): string | undefined {
  if (Bun.which("apt-get") === null) return "this is no Debian";
  if (process.getuid?.() === 0) return undefined;
  const sudo = Bun.which("sudo");
  const allowed = sudo !== null && Bun.spawnSync([sudo, "-n", "true"]).exitCode === 0;
  return allowed ? undefined : "neither root nor sudo without a password";
}

/** Installs what is missing; where that is not possible the tests that need it are skipped, so it is no failure. */
async function installMissing(): Promise<void> {
  const missing = NEEDED.filter(isMissing);
  if (missing.length === 0) return console.log("nothing is missing");
  const names = missing.map((each) => each.package);
  const reason = obstacle();
  if (reason !== undefined) return console.log(`${names.join(", ")} not installed: ${reason}`);
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  await runCommand([...prefix, "sh", "-c", INSTALL, "sh", ...names]);
  for (const needed of missing) {
    if (isMissing(needed)) console.log(`${needed.package} could not be installed`);
  }
}

function isMissing(needed: Needed): boolean {
  if ("program" in needed) return Bun.which(needed.program) === null;
  if (Bun.which("php") === null) return true;
  const loaded = Bun.spawnSync(["php", "-m"]).stdout.toString().toLowerCase().split("\n");
  return !loaded.includes(needed.phpExtension);
}

if (import.meta.main) await installMissing();
