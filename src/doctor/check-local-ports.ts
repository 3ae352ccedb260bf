import type { Config } from "../config/config.ts";
import { type CheckLine, ok, skipped, warning } from "./check-line.ts";

/** The ports that the system gives to connections which it opens itself. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Reads `/proc/sys/net/ipv4/ip_local_port_range`; `undefined` when the text is not two numbers. */
export function parsePortRange(text: string): PortRange | undefined {
  const found = /^\s*(\d+)\s+(\d+)\s*$/.exec(text);
  return found === null ? undefined : { first: Number(found[1]), last: Number(found[2]) };
}

/**
 * Compares the range of local ports with the configuration. A reverse proxy on this machine needs a local port for every connection
 * that it passes on; and a listening port within the range may be taken by another connection when the server starts.
 */
export function checkLocalPorts(range: PortRange | undefined, { server, applications }: Config): CheckLine {
  if (range === undefined) {
    return skipped("local ports", "this system does not show the range of its local ports");
  }
  const { first, last } = range, size = last - first + 1;
  const found = `${first} to ${last} are for outgoing connections`;
  const quota = applications.reduce((sum, { maxConnections }) => sum + (maxConnections ?? 0), 0);
  if (server.port >= first && server.port <= last) {
    return warning(
      "local ports",
      `${found}, and port ${server.port} is among them, so that it may be taken when the server starts`,
      `Listen on a port below ${first}, or keep this one free with sysctl -w net.ipv4.ip_local_reserved_ports=${server.port}`,
    );
  }
  if (quota > size) {
    return warning(
      "local ports",
      `${found}: a proxy on this machine can pass on ${size} connections, and max_connections allows ${quota}`,
      'Widen the range with sysctl -w net.ipv4.ip_local_port_range="1024 65535", ' +
        "or have the proxy use several addresses (127.0.0.1, 127.0.0.2 …)",
    );
  }
  return ok("local ports", `${found}: a proxy on this machine can pass on ${size} connections`);
}
