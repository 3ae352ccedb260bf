import type { Findings } from "../config/findings.ts";
import { lowestVersion } from "./crypto-method.ts";
import type { TlsVersion } from "./tls-settings.ts";

/** Where a certificate and its key are, as they are written. */
export interface CertificatePaths {
  readonly certificate: string;
  /** `undefined` when the key is in the certificate's file. */
  readonly key: string | undefined;
}

/** Takes values out of the written `options.tls` and notes what is wrong with them. */
export class OptionReader {
  readonly #written: Readonly<Record<string, unknown>>;
  readonly #findings: Findings;

  constructor(written: Readonly<Record<string, unknown>>, findings: Findings) {
    this.#written = written;
    this.#findings = findings;
  }

  /** The option is understood, and cannot be had. */
  refuse(name: string, reason: string): void {
    this.#findings.error(`options.tls.${name} is not supported: ${reason}`);
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

  /** A yes or no in any of PHP's spellings; no when it is not given. */
  flag(name: string): boolean {
    const value = this.#written[name];
    if (value === undefined || value === false || value === 0 || value === "0" || value === "") return false;
    if (value === true || value === 1 || value === "1") return true;
    this.#expected(name, "true or false");
    return false;
  }

  /** The lowest version of TLS to speak, 1.2 when it is not given. */
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

  /** OpenSSL's security level, 0 when it is not given. */
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
