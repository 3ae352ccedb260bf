import { unixPath } from "./kinds/address-kind.ts";
import type { ServerConfig } from "./config.ts";
import type { Findings } from "./findings.ts";

/** Something that listens. */
interface Port {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The settings to choose another with. */
  readonly settings: string;
}

/** Addresses that stand for all of this machine's. */
const ALL: readonly string[] = ["0.0.0.0", "::"];

/**
 * Reports ports that two parts of the server would share. The system does not always refuse this: with several workers both parts
 * would listen, and each connection would reach one of them by its address.
 */
export function checkPorts(server: Omit<ServerConfig, "scaling" | "tls">, findings: Findings): void {
  const { host, port, metricsHost, metricsPort, dashboardHost, dashboardPort } = server;
  const ports: Port[] = [{ name: "server", host, port, settings: "port (REVERB_SERVER_PORT)" }];
  if (metricsPort !== undefined || unixPath(metricsHost) !== undefined) {
    const settings = "metrics.port (REVERB_METRICS_PORT)";
    ports.push({ name: "metrics", host: metricsHost, port: metricsPort ?? 0, settings });
  }
  if (server.dashboardEnabled && !server.dashboardOnMainPort) {
    const settings = "dashboard.port (REVERB_DASHBOARD_PORT)";
    ports.push({ name: "dashboard", host: dashboardHost, port: dashboardPort, settings });
  }
  for (const [index, other] of ports.entries()) {
    for (const one of ports.slice(0, index)) {
      if (!areSame(one, other)) continue;
      const place = unixPath(other.host) === undefined
        ? `port ${other.port}; choose another with ${other.settings}`
        : `Unix socket ${other.host}; choose another path`;
      findings.error(`The ${one.name} and the ${other.name} would listen on the same ${place}`);
    }
  }
}

function areSame(one: Port, other: Port): boolean {
  const path = unixPath(one.host);
  if (path !== undefined || unixPath(other.host) !== undefined) return path === unixPath(other.host);
  if (one.port !== other.port || one.port === 0) return false;
  return one.host === other.host || ALL.includes(one.host) || ALL.includes(other.host);
}
