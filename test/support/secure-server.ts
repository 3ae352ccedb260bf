import { type MadeCertificate } from "./certificates.ts";
import type { ClientTls } from "./socket-client.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";

/** A server that speaks TLS, and how to speak to it. */
export type SecureServer = RunningServer & {
  /** Trusts the server's certificate and asks for the first of its names. */
  readonly clientTls: ClientTls;
};

/** What `startSecureServer` needs to know besides how to start any server. */
export interface SecureOptions extends ServerOptions {
  readonly own: MadeCertificate;
  /** Lines below `[server.options.tls]`, besides `local_cert` and `local_pk`. */
  readonly toml?: string;
}

/** Starts a server whose certificate lies in `tls/` of its folder. */
export async function startSecureServer(options: SecureOptions): Promise<SecureServer> {
  const { own, toml = "", files, ...others } = options;
  const server = await startServer({
    ...others,
    files: {
      "resound.toml": tlsToml(`local_cert = "tls/fullchain.pem"\nlocal_pk = "tls/privkey.pem"\n${toml}`),
      "tls/fullchain.pem": own.certificate,
      "tls/privkey.pem": own.key,
      ...files,
    },
  });
  return Object.assign(server, { clientTls: { ca: own.certificate, serverName: "laravel.test" } });
}

/** A `resound.toml` with these TLS options and the application of the tests. */
export function tlsToml(options: string): string {
  return `[server.options.tls]\n${options}\n`;
}
