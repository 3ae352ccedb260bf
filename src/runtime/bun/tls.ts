import { constants } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { TLSOptions } from "bun";
import type { TlsCertificate, TlsSettings } from "../../tls/tls-settings.ts";

/** The settings as `Bun.serve` takes them: the certificate for all other clients first, then one for each host name. */
export function tlsOptions(settings: TlsSettings): TLSOptions[] {
  const { certificate, named } = settings;
  return [
    entry(certificate, settings),
    ...named.map((each) => ({ ...entry(each, settings), serverName: each.host })),
  ];
}

/** What Bun cannot do of the settings: only its cipher list differs from OpenSSL's. */
export function tlsRefusals({ ciphers }: TlsSettings): string[] {
  if (ciphers === undefined) return [];
  try {
    createSecureContext({ ciphers });
    return [];
  } catch {
    return [
      `options.tls.ciphers: Bun knows no such cipher list: ${
        JSON.stringify(ciphers)
      }. It takes OpenSSL's names and ` +
      `groups (ECDHE+AESGCM:!aNULL), but no DEFAULT and no @SECLEVEL; leave the option out for Bun's own choice.`,
    ];
  }
}

/** Each entry asks for client certificates by itself: a host name whose entry did not would be a way around them. */
function entry({ chain, key }: TlsCertificate, settings: TlsSettings): TLSOptions {
  const { clientAuthorities, ciphers, lowestVersion } = settings;
  return {
    cert: chain,
    key,
    ...(clientAuthorities === undefined
      ? {}
      : { ca: clientAuthorities, requestCert: true, rejectUnauthorized: true }),
    ...(ciphers === undefined ? {} : { ciphers }),
    // Bun's own lower end is TLS 1.2.
    ...(lowestVersion === "TLSv1.3" ? { secureOptions: constants.SSL_OP_NO_TLSv1_2 } : {}),
  };
}
