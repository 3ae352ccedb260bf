import type { TlsSettings } from "../../tls/tls-settings.ts";
import type { DenoTls } from "./deno-api.ts";

/** The settings as `Deno.serve` takes them. The caller MUST have asked {@link tlsRefusals} before. */
export function tlsOptions({ certificate }: TlsSettings): DenoTls {
  return { cert: certificate.chain, key: certificate.key };
}

/** What Deno cannot do of the settings: it takes one certificate, and nothing besides. */
export function tlsRefusals(settings: TlsSettings): string[] {
  const { named, clientAuthorities, ciphers, lowestVersion } = settings;
  const wayOut = "Leave it out, or run on Bun or the executable.";
  const refusals: string[] = [];
  if (named.length > 0) {
    refusals.push(`options.tls.SNI_server_certs: on Deno a server has one certificate. ${wayOut}`);
  }
  if (clientAuthorities !== undefined) {
    refusals.push(`options.tls.verify_peer: on Deno a server cannot ask clients for certificates. ${wayOut}`);
  }
  if (ciphers !== undefined) {
    refusals.push(`options.tls.ciphers: on Deno the cipher suites are fixed, and safe. ${wayOut}`);
  }
  if (lowestVersion === "TLSv1.3") {
    refusals.push(
      `options.tls.crypto_method: on Deno a server speaks TLS 1.2 and 1.3, always both. ${wayOut}`,
    );
  }
  return refusals;
}
