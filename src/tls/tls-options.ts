import { closestName } from "../config/kinds/closest-name.ts";
import type { Findings } from "../config/findings.ts";
import { type CertificatePaths, OptionReader } from "./option-reader.ts";
import { REFUSED_OPTIONS } from "./refused-options.ts";
import type { TlsVersion } from "./tls-settings.ts";

/** `options.tls`, understood; no file has been opened yet. */
export interface TlsOptions {
  readonly localCert: string | undefined;
  readonly localPk: string | undefined;
  readonly passphrase: string | undefined;
  /** `SNI_server_certs`: certificates by host name, in lower case. */
  readonly named: ReadonlyMap<string, CertificatePaths>;
  readonly verifyPeer: boolean;
  readonly cafile: string | undefined;
  readonly capath: string | undefined;
  readonly ciphers: string | undefined;
  readonly lowestVersion: TlsVersion;
  /** 0 to 2; see `checkStrength`. */
  readonly securityLevel: number;
}

const KNOWN = new Set([
  "local_cert",
  "local_pk",
  "passphrase",
  "SNI_server_certs",
  "verify_peer",
  "verify_peer_name",
  "allow_self_signed",
  "verify_depth",
  "cafile",
  "capath",
  "ciphers",
  "crypto_method",
  "security_level",
  "disable_compression",
]);

/** Whether PHP's SSL contexts have an option of this name, also one that means nothing here. */
export function isTlsOption(name: string): boolean {
  return KNOWN.has(name) || REFUSED_OPTIONS.has(name);
}

/**
 * Reads the options by their names in PHP's SSL contexts. Each one is mapped, or refused by name with the reason; one that has
 * no effect beside the others is a warning.
 */
export function readTlsOptions(written: Readonly<Record<string, unknown>>, findings: Findings): TlsOptions {
  const reader = new OptionReader(written, findings);
  refuseUnknown(written, reader, findings);
  const verifyPeer = reader.flag("verify_peer");
  const options: TlsOptions = {
    localCert: reader.text("local_cert"),
    localPk: reader.text("local_pk"),
    passphrase: reader.text("passphrase"),
    named: reader.certificates("SNI_server_certs"),
    verifyPeer,
    cafile: reader.text("cafile"),
    capath: reader.text("capath"),
    ciphers: reader.text("ciphers"),
    lowestVersion: reader.version("crypto_method"),
    securityLevel: reader.level("security_level"),
  };
  if (written.disable_compression !== undefined && !reader.flag("disable_compression")) {
    reader.refuse(
      "disable_compression",
      "compression under TLS gives secrets away (CRIME) and is always off",
    );
  }
  if (reader.flag("verify_peer_name")) {
    reader.refuse(
      "verify_peer_name",
      "clients have no host name to compare their certificate with; verify_peer checks who has signed it",
    );
  }
  checkClientOptions(options, written, reader, findings);
  return options;
}

/** The options about clients' certificates. */
function checkClientOptions(
  { verifyPeer, cafile, capath }: TlsOptions,
  written: Readonly<Record<string, unknown>>,
  reader: OptionReader,
  findings: Findings,
): void {
  const selfSigned = reader.flag("allow_self_signed");
  if (!verifyPeer) {
    // About clients only: the server's own certificate may have any signer.
    for (const name of ["cafile", "capath", "verify_depth"]) {
      if (written[name] !== undefined) {
        findings.warn(
          `options.tls.${name} has no effect without verify_peer: no client is asked for a certificate`,
        );
      }
    }
    return;
  }
  if (cafile === undefined && capath === undefined) {
    findings.error(
      "options.tls.verify_peer asks every client for a certificate and needs cafile or capath with the authority that " +
        "signs them: the public authorities would let in every client that has any certificate",
    );
  }
  if (selfSigned) {
    reader.refuse(
      "allow_self_signed",
      "with verify_peer it would let every client in; put the clients' self-signed certificates into cafile instead",
    );
  }
  if (written.verify_depth !== undefined) {
    reader.refuse(
      "verify_depth",
      "the length of the clients' chains cannot be limited here; put only the authority that signs them into cafile",
    );
  }
}

/** Refuses options that mean nothing here, and names that are no option. */
function refuseUnknown(
  written: Readonly<Record<string, unknown>>,
  reader: OptionReader,
  findings: Findings,
): void {
  for (const [name, value] of Object.entries(written)) {
    if (KNOWN.has(name)) continue;
    const known = REFUSED_OPTIONS.get(name);
    if (known === undefined) {
      const closest = closestName(name, KNOWN);
      const hint = closest === undefined ? "" : `; did you mean ${closest}?`;
      findings.error(`options.tls.${name}: PHP's SSL contexts have no such option${hint}`);
    } else if (value !== known.harmless) {
      reader.refuse(name, known.reason);
    }
  }
}
