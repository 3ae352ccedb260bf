import type { Config } from "../config/config.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import { providerPlace } from "../config/applications/provider-place.ts";
import { webhookLine } from "./webhook-line.ts";

/** Where a server listens by default. */
const DEFAULT_PORT = 8080;

/** The ports that a server got. */
export interface BannerPorts {
  readonly port: number;
  /** `undefined` without metrics. */
  readonly metricsPort?: number | undefined;
  /** The dashboard's own port; `undefined` where it has none. */
  readonly dashboardPort?: number | undefined;
}

/** What the banner says of the encryption. */
export interface BannerTls {
  /** `undefined` for plain ws. */
  readonly settings: object | undefined;
  readonly line: string | undefined;
}

/** The lines that a server prints once it listens: where, for whom, and from which files. */
export function bannerLines(
  config: Config,
  { port, metricsPort, dashboardPort }: BannerPorts,
  version: string,
  runtime: string,
  tls?: BannerTls,
): string[] {
  const { applications, provider, files } = config;
  const secure = tls?.settings !== undefined;
  const names = applications.map((application) => application.id).join(", ");
  const lines = [
    `Resound ${version} on ${runtime} is listening on ${listeningAddress(config, port, secure)}`,
    provider.kind !== "config"
      ? `Applications come from ${providerPlace(provider)}`
      : applications.length === 1
      ? `Serving application ${names}`
      : `Serving ${applications.length} applications: ${names}`,
  ];
  if (metricsPort !== undefined) {
    lines.push(`Metrics: ${ownAddress(config.server.metricsHost, metricsPort, "/metrics")}`);
  }
  if (secure) lines.push(`Secure: ${secureAddress(config, port)}. ${tls.line}`);
  else if (tls?.line !== undefined) lines.push(tls.line);
  if (dashboardPort !== undefined) {
    const { dashboardHost, path } = config.server;
    lines.push(`Dashboard: ${ownAddress(dashboardHost, dashboardPort, `${path}/dashboard`)}`);
  } else if (config.server.dashboardEnabled) {
    lines.push(`Dashboard: ${mainDashboardAddress(config, port, secure)}`);
  }
  const webhooks = webhookLine(applications);
  if (webhooks !== undefined) lines.push(webhooks);
  if (config.from !== undefined) lines.push(`Configured by ${FOREIGN[config.from]}${from(files)}`);
  else if (files.length > 0) lines.push(`Configured by ${files.join(", ")}`);
  else if (!config.development) lines.push("Configured by environment variables");
  if (config.development) lines.push(...developmentLines(config, port, secure));
  return lines;
}

/** Whose configuration stands for ours (`--from`). */
const FOREIGN: Readonly<Record<NonNullable<Config["from"]>, string>> = {
  soketi: "what soketi was configured with",
  pusher: "what Laravel has for Pusher",
};

function from(files: readonly string[]): string {
  return files.length === 0 ? ", in the environment" : `, in ${files.join(", ")} and the environment`;
}

/** Where a server with this configuration listens: a URL, or `unix:` and a path. */
export function listeningAddress({ server }: Config, port: number, secure: boolean): string {
  if (unixPath(server.host) !== undefined) {
    return server.path === "" ? server.host : `${server.host}, below ${server.path}`;
  }
  return `${secure ? "https" : "http"}://${inUrl(server.host)}:${port}${server.path}`;
}

function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** The address of what has a port, or a Unix socket, of its own. */
function ownAddress(host: string, port: number, path: string): string {
  return unixPath(host) === undefined ? `http://${inUrl(host)}:${port}${path}` : `${host}, at ${path}`;
}

/** The dashboard's address on the clients' port; behind a Unix socket the proxy knows its beginning. */
function mainDashboardAddress(config: Config, port: number, secure: boolean): string {
  const { host, path } = config.server;
  return unixPath(host) === undefined
    ? `${listeningAddress(config, port, secure)}/dashboard`
    : `${path}/dashboard`;
}

/** The address for browsers. */
function secureAddress({ server }: Config, port: number): string {
  const host = server.hostname === "" ? server.host : server.hostname;
  return `wss://${host.includes(":") ? `[${host}]` : host}:${port}${server.path}`;
}

/**
 * The lines for `.env` with which the application and its front end use the one that was made up, as `reverb:install` writes them.
 * No other secret is ever printed.
 */
function developmentLines(config: Config, port: number, secure: boolean): string[] {
  const { id, key, secret } = config.applications[0]!;
  return [
    "No application is configured: this one is made up for this run. To use it, put into your application's .env:",
    "",
    "  BROADCAST_CONNECTION=reverb",
    `  REVERB_APP_ID=${id}`,
    `  REVERB_APP_KEY=${key}`,
    `  REVERB_APP_SECRET=${secret}`,
    `  REVERB_HOST=${secure && config.server.hostname !== "" ? config.server.hostname : "localhost"}`,
    `  REVERB_PORT=${port}`,
    `  REVERB_SCHEME=${secure ? "https" : "http"}`,
    // REVERB_PORT is for clients; without this line the next run would listen on the default port.
    ...(port === DEFAULT_PORT ? [] : [`  REVERB_SERVER_PORT=${port}`]),
    "",
    '  VITE_REVERB_APP_KEY="${REVERB_APP_KEY}"',
    '  VITE_REVERB_HOST="${REVERB_HOST}"',
    '  VITE_REVERB_PORT="${REVERB_PORT}"',
    '  VITE_REVERB_SCHEME="${REVERB_SCHEME}"',
    "",
  ];
}
