import type { Config } from "../config/config.ts";
import type { Log } from "../monitoring/log.ts";
import { isLoud } from "../monitoring/log.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { bannerLines, type BannerPorts } from "./banner.ts";
import { versionText } from "./version.ts";
import { writeOut } from "./outputs.ts";

/** A server that listens, as its lines describe it. */
export interface Announcement {
  readonly config: Config;
  readonly ports: BannerPorts;
  readonly runtime: Runtime;
  readonly tls: LocalTls;
  readonly log: Log;
  /** Lines after the banner. */
  readonly more?: readonly string[];
}

/** Announces that the server listens: with the banner for people, with log lines for machines. */
export function announce({ config, ports, runtime, tls, log, more = [] }: Announcement): void {
  const banner = [...bannerLines(config, ports, versionText(), runtime.name, tls), ...more];
  if (log.format === "text") {
    if (isLoud("info", log.level)) writeOut(`${banner.join("\n")}\n`);
    return;
  }
  const { host, metricsHost, dashboardHost } = config.server;
  const [started = "", ...details] = banner.filter((line) => line !== "");
  log.info("server_started", started, {
    port: unixPath(host) === undefined ? ports.port : undefined,
    metrics_port: unixPath(metricsHost) === undefined ? ports.metricsPort : undefined,
    dashboard_port: unixPath(dashboardHost) === undefined ? ports.dashboardPort : undefined,
  });
  for (const detail of details) log.info("server_details", detail.trim());
}
