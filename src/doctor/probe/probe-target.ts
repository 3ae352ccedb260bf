import type { ServerConfig } from "../../config/config.ts";
import { unixPath } from "../../config/kinds/address-kind.ts";

/** Where a probe connects to. */
export type ProbeAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** One server as a probe reaches it. */
export interface ProbeTarget {
  readonly address: ProbeAddress;
  /** The name that TLS asks for, `undefined` for plain connections. The probe reports the certificate and does not insist on it. */
  readonly tlsName: string | undefined;
  /** What stands in the `Host` header. */
  readonly authority: string;
  /** Prefix of every route. */
  readonly path: string;
}

/** Addresses to listen on that stand for all of this machine, each with the address to connect to instead. */
const LOOPBACK: ReadonlyMap<string, string> = new Map([["0.0.0.0", "127.0.0.1"], ["::", "::1"], [
  "[::]",
  "::1",
]]);

/** The server of a configuration, as a client on the same machine reaches it. */
export function localTarget(server: ServerConfig, tls: boolean): ProbeTarget {
  const path = unixPath(server.host);
  if (path !== undefined) {
    return {
      address: { kind: "unix", path },
      tlsName: tlsName("localhost"),
      authority: "localhost",
      path: server.path,
    };
  }
  const host = LOOPBACK.get(server.host) ?? server.host;
  return {
    address: { kind: "tcp", host, port: server.port },
    tlsName: tlsName(host),
    authority: authorityOf(host, server.port),
    path: server.path,
  };

  function tlsName(host: string): string | undefined {
    return tls ? server.hostname || host : undefined;
  }
}

/** Host and port as they stand in a URL. */
export function authorityOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The target's URL as messages show it. */
export function targetUrl({ address, tlsName, authority, path }: ProbeTarget, route = ""): string {
  const scheme = tlsName === undefined ? "http" : "https";
  if (address.kind === "unix") return `unix:${address.path} ${path}${route}`.trimEnd();
  return `${scheme}://${authority}${path}${route}`;
}
