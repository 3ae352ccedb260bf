import type { PublicAddress } from "../config/applications/public-address.ts";
import type { PhpAddress } from "../config/laravel/broadcasting-config.ts";
import { type CheckLine, error, warning } from "./check-line.ts";
import type { CheckedServer } from "./checked-server.ts";
import { targetUrl } from "./probe/probe-target.ts";
import { askApi, publicTarget } from "./public-steps.ts";

/** The address that PHP calls, where it is another one than the public address; `path` is the prefix of the server's routes. */
export function phpElsewhere(
  address: PhpAddress | undefined,
  { host, port, scheme, written }: PublicAddress,
  path: string,
): PhpAddress | undefined {
  if (address === undefined) return undefined;
  const isSameHost = [host, written.trim()].some((name) => bare(name) === bare(address.host));
  const isSame = isSameHost && address.port === port && address.scheme === scheme &&
    (address.path === undefined || address.path === path);
  return isSame ? undefined : address;
}

/**
 * Makes a signed call where PHP makes its own, unless that is the public address, which has lines of its own. `isUp`: a server runs here
 * that could answer.
 */
export async function* checkPhpAddress(checked: CheckedServer, isUp: boolean): AsyncGenerator<CheckLine> {
  const { phpAddress, config } = checked, [application] = config.applications;
  if (phpAddress === undefined || application === undefined) return;
  const { place, path = config.server.path } = phpAddress;
  const target = publicTarget(phpAddress, path), where = `${targetUrl(target)} (${place})`;
  const remedy =
    "Correct host, port, scheme and path of that connection in config/broadcasting.php, or their variables";
  if (/\.(?:pusher|pusherapp)\.com$/i.test(phpAddress.host)) {
    yield error(
      "laravel",
      `PHP sends events to Pusher, at ${where}, and not to this server`,
      "Set BROADCAST_CONNECTION=reverb, or the host of that connection to this server's",
    );
    return;
  }
  const { line, failure } = await askApi(checked, target, application);
  if (failure !== undefined) {
    const found = `PHP sends events to ${where}, which cannot be reached: ${failure.message}`;
    yield !isUp && failure.failure === "refused"
      ? warning("public /apps", found, "Start the server and run this again")
      : error("public /apps", found, remedy);
  } else if (line.level === "ok") {
    yield { ...line, found: `${line.found}, as PHP calls it (${place})` };
  } else {
    yield { ...line, found: `PHP sends events to ${where}: ${line.found}` };
  }
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^https?:\/\//, "").replace(/^\[(.*)\]$/, "$1");
}
