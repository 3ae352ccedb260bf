import { X509Certificate } from "node:crypto";
import { certificateBlocks, day } from "./read-certificate.ts";
import type { NamedCertificate, TlsCertificate, TlsSettings } from "./tls-settings.ts";

/** What to use of certificates that were read again. */
export interface ValidSettings {
  readonly settings: TlsSettings;
  /** A sentence about each new certificate that is not used, with the dates of both. */
  readonly warnings: readonly string[];
}

/**
 * The new settings, but with the certificate of before wherever that is valid now and the new one is not: an expired certificate
 * is a mistake of what renews it, and every client would refuse it.
 */
export function keepValid(before: TlsSettings, next: TlsSettings, now: Date): ValidSettings {
  const warnings: string[] = [];
  const earlier = new Map(before.named.map((each) => [each.host, each]));
  const certificate = better("", before.certificate, next.certificate);
  const named = next.named.map((each): NamedCertificate => {
    const old = earlier.get(each.host);
    return old === undefined ? each : better(` for ${each.host}`, old, each);
  });
  return { settings: { ...next, certificate, named }, warnings };

  function better<T extends TlsCertificate>(host: string, old: T, renewed: T): T {
    if (old.chain === renewed.chain) return renewed;
    const oldLeaf = leafOf(old), newLeaf = leafOf(renewed);
    if (isValid(newLeaf, now) || !isValid(oldLeaf, now)) return renewed;
    const fault = now > new Date(newLeaf.validTo)
      ? `expired on ${day(newLeaf.validTo)}`
      : `is not valid before ${day(newLeaf.validFrom)}`;
    warnings.push(
      `The new certificate${host} is not in use: it ${fault}. The one before, valid until ${
        day(oldLeaf.validTo)
      }, stays in use. Renew it, and check the clock of this machine`,
    );
    return old;
  }
}

/** The server's own certificate, which comes first. */
function leafOf({ chain }: TlsCertificate): X509Certificate {
  return new X509Certificate(certificateBlocks(chain)[0] ?? "");
}

function isValid({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return new Date(validFrom) <= now && now <= new Date(validTo);
}
