import { closestName } from "../config/closest-name.ts";
import type { Findings } from "../config/findings.ts";
import { lowestVersion } from "./crypto-method.ts";
import { REFUSED_OPTIONS } from "./refused-options.ts";
import type { TlsVersion } from "./tls-settings.ts";

/** Where a certificate and its key are, as they are written. */
export interface CertificatePaths {
  readonly certificate: string;
  /** `undefined` when the key is in the certificate's file. */
  readonly key: string | undefined;
}

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

/**
 * Reads the options by their names in PHP's SSL contexts. Each one is mapped, or refused by name with the reason; what has
 * no effect beside the others is told as a warning.
 */
export function readTlsOptions(written: Readonly<Record<string, unknown>>, findings: Findings): TlsOptions {
  const reader = new OptionReader(written, findings);
  reader.refuseUnknown();
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
    // About clients only: the server's own certificate may be signed by anyone.
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
        "signs them: the public authorities would let in anyone who has any certificate",
    );
  }
  if (selfSigned) {
    reader.refuse(
      "allow_self_signed",
      "with verify_peer it would let anyone in; put the clients' self-signed certificates into cafile instead",
    );
  }
  if (written.verify_depth !== undefined) {
    reader.refuse(
      "verify_depth",
      "the length of the clients' chains cannot be limited here; put only the authority that signs them into cafile",
    );
  }
}

/** Takes values out of the written options and notes what is wrong with them. */
class OptionReader {
  readonly #written: Readonly<Record<string, unknown>>;
  readonly #findings: Findings;

  constructor(written: Readonly<Record<string, unknown>>, findings: Findings) {
    this.#written = written;
    this.#findings = findings;
  }

  refuse(name: string, reason: string): void {
    this.#findings.error(`options.tls.${name} is not supported: ${reason}`);
  }

  refuseUnknown(): void {
    for (const [name, value] of Object.entries(this.#written)) {
      if (KNOWN.has(name)) continue;
      const known = REFUSED_OPTIONS.get(name);
      if (known === undefined) {
        const closest = closestName(name, KNOWN);
        const hint = closest === undefined ? "" : `; did you mean ${closest}?`;
        this.#findings.error(`options.tls.${name}: PHP's SSL contexts have no such option${hint}`);
      } else if (value !== known.harmless) {
        this.refuse(name, known.reason);
      }
    }
  }

  /** A text; an empty one counts as not given, as of an unset variable. */
  text(name: string): string | undefined {
    const value = this.#written[name];
    if (value === undefined || value === "") return undefined;
    // A passphrase of digits alone is a number in TOML.
    if (typeof value === "string" || typeof value === "number") return String(value);
    this.#expected(name, "a text");
    return undefined;
  }

  flag(name: string): boolean {
    const value = this.#written[name];
    if (value === undefined || value === false || value === 0 || value === "0" || value === "") return false;
    if (value === true || value === 1 || value === "1") return true;
    this.#expected(name, "true or false");
    return false;
  }

  version(name: string): TlsVersion {
    const value = this.#written[name];
    if (value === undefined) return "TLSv1.2";
    const version = lowestVersion(value);
    if (version !== undefined) return version;
    this.#findings.error(
      `options.tls.${name}: expected PHP's STREAM_CRYPTO_METHOD_TLSv1_2_SERVER or STREAM_CRYPTO_METHOD_TLSv1_3_SERVER, ` +
        "by name or by number; older versions of TLS are broken and not spoken here",
    );
    return "TLSv1.2";
  }

  level(name: string): number {
    const value = this.#written[name];
    if (value === undefined) return 0;
    const level = Number(value);
    if (typeof value !== "boolean" && Number.isInteger(level) && level >= 0 && level <= 2) return level;
    if (typeof value !== "boolean" && level > 2 && level <= 5) {
      this.refuse(name, "levels above 2 have no counterpart here; choose with ciphers and crypto_method");
    } else this.#expected(name, "a level from 0 to 2");
    return 0;
  }

  /** Certificates by host name: a path, or a table with `local_cert` and `local_pk`. */
  certificates(name: string): ReadonlyMap<string, CertificatePaths> {
    const value = this.#written[name] ?? {};
    const found = new Map<string, CertificatePaths>();
    if (!isTable(value)) {
      this.#expected(name, "a table of certificates by host name");
      return found;
    }
    for (const [host, paths] of Object.entries(value)) {
      const { local_cert: certificate, local_pk: key, ...others } = isTable(paths)
        ? paths
        : { local_cert: paths };
      const valid = /^(\*\.)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u.test(host) && isPath(certificate) &&
        (key === undefined || key === null || isPath(key)) && Object.keys(others).length === 0;
      if (valid) found.set(host.toLowerCase(), { certificate, key: key ?? undefined });
      else {
        this.#expected(
          `${name}.${host}`,
          "a host name with a path, or with local_cert and local_pk and nothing else",
        );
      }
    }
    return found;
  }

  /** Never the value: it may be a passphrase. */
  #expected(name: string, what: string): void {
    this.#findings.error(`options.tls.${name}: expected ${what}`);
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPath(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
