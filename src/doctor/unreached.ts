import type { ProbeError } from "./probe/probe-error.ts";
import { type CheckLine, error, warning } from "./check-line.ts";
import type { WrittenAddress } from "./public-steps.ts";

/** The line for a public address that could not be reached; only a warning while no server runs here that could answer. */
export function unreached(
  { failure, message }: ProbeError,
  { host, port, scheme }: WrittenAddress,
  url: string,
  running: boolean,
): CheckLine {
  const why = failure === "hangs" ? `it takes the connection, and there is ${message}` : message;
  const found = `${url} cannot be reached: ${why}`;
  if (!running && failure === "refused") {
    return warning("public", found, "Start the server and run this again");
  }
  switch (failure) {
    case "unresolved":
      return error(
        "public",
        found,
        `Set REVERB_HOST to a name that leads here, or add ${host} to DNS or /etc/hosts`,
      );
    case "refused":
      return error(
        "public",
        found,
        `Have the proxy or the server listen on port ${port}, or correct REVERB_PORT`,
      );
    case "wants_tls":
      return error("public", found, "Set REVERB_SCHEME=https");
    case "not_tls":
      return error(
        "public",
        found,
        "Set REVERB_SCHEME=http, or give the web server on that port a certificate",
      );
    case "closed":
      return error(
        "public",
        found,
        scheme === "http"
          ? "If it expects TLS, set REVERB_SCHEME=https; else read the proxy's log"
          : "Read the proxy's log",
      );
    case "forbidden":
    case "silent":
    case "unreachable":
      return error(
        "public",
        found,
        `Open port ${port} in the firewall, or correct REVERB_HOST and REVERB_PORT`,
      );
    case "hangs":
      return error(
        "public",
        found,
        "Read the log of the proxy there: it waits for a server behind it. Have it pass on to where this one listens " +
          "(REVERB_SERVER_HOST, REVERB_SERVER_PORT), and restart what hangs",
      );
    case "wants_certificate":
      return warning(
        "public",
        found,
        "Give Laravel and every browser a client certificate, or remove options.tls.verify_peer",
      );
    case "other":
      return error(
        "public",
        found,
        "Correct REVERB_HOST, REVERB_PORT and REVERB_SCHEME, or what answers there",
      );
  }
}
