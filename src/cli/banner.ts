import type { Config } from "../config/config.ts";

/** The lines that a server prints once it listens: where, for whom, and from which files. */
export function bannerLines(config: Config, port: number, version: string, runtime: string): string[] {
  const { server, applications, files } = config;
  const address = server.host.includes(":") ? `[${server.host}]` : server.host;
  const names = applications.map((application) => application.id).join(", ");
  const lines = [
    `Resound ${version} on ${runtime} is listening on http://${address}:${port}${server.path}`,
    applications.length === 1
      ? `Serving application ${names}`
      : `Serving ${applications.length} applications: ${names}`,
    files.length === 0
      ? "Configured by the environment; no file was read"
      : `Configured by ${files.join(", ")}`,
  ];
  if (config.development) lines.push(...developmentLines(config, port));
  return lines;
}

/** What to paste into `.env`, so that the application finds the made-up one. The only secret that is ever printed. */
function developmentLines(config: Config, port: number): string[] {
  const { id, key, secret } = config.applications[0]!;
  return [
    "No application is configured: this one is made up for this run. To use it, put into your application's .env:",
    "",
    "  BROADCAST_CONNECTION=reverb",
    `  REVERB_APP_ID=${id}`,
    `  REVERB_APP_KEY=${key}`,
    `  REVERB_APP_SECRET=${secret}`,
    "  REVERB_HOST=localhost",
    `  REVERB_PORT=${port}`,
    "  REVERB_SCHEME=http",
    "",
  ];
}
