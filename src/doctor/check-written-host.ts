import type { PublicAddress } from "../config/applications/public-address.ts";
import { type CheckLine, error, warning } from "./check-line.ts";

/**
 * Reports a `REVERB_HOST` that is more than a host name: the server finds the name in it, and the clients do not. Pusher's library for
 * PHP takes `http://` or `https://` away (`Pusher.php`) and puts the rest between scheme and port; pusher-js puts all of it there.
 */
export function* checkWrittenHost(
  { host, port, scheme, written, place = "REVERB_HOST" }: PublicAddress,
): Generator<CheckLine> {
  const name = written, usable = host.includes(":") ? `[${host}]` : host;
  if (/^(?:0\.0\.0\.0|::)$/.test(host)) {
    yield warning(
      "public",
      `${place}: ${host} is an address to listen on (REVERB_SERVER_HOST), and browsers on other machines cannot connect to it`,
      "Set REVERB_HOST to the name of this machine",
    );
  }
  if (name.trim() === "" || name.toLowerCase() === usable) return;
  const shown = name.replace(/(^|\/\/)[^/@]*@/, "$1••••@");
  const laravel = shown.replace(/https?:\/\//, "");
  const browsers = `browsers go to ${scheme === "https" ? "wss" : "ws"}://${shown}:${port}`;
  const clients = laravel.toLowerCase() === usable
    ? browsers
    : `Laravel sends events to ${scheme}://${laravel}:${port} and ${browsers}`;
  const ownPort = /:(\d+)(?:[/?#].*)?$/.exec(host.includes(":") ? "" : name)?.[1];
  yield error(
    "public",
    `${place}: expected a host name alone, got "${shown}", with which ${clients}`,
    `Set REVERB_HOST=${usable}${
      ownPort === undefined ? "" : ` and REVERB_PORT=${ownPort}`
    }, and build the front end again`,
  );
}
