/** A certificate with its key, ready for a runtime: everything read, decrypted and checked. */
export interface TlsCertificate {
  /** PEM: the certificate, then the ones between it and its authority. */
  readonly chain: string;
  /** PEM (PKCS#8), without a passphrase. MUST NOT be logged. */
  readonly key: string;
}

/** The certificate for clients that ask for one host name (SNI). */
export interface NamedCertificate extends TlsCertificate {
  /** In lower case; `*.example.com` stands for every name one level below. */
  readonly host: string;
}

/** The versions that a server may speak. Older ones are insecure, and neither runtime has them. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** How a server speaks TLS, without the names that a runtime or PHP has for it. */
export interface TlsSettings {
  /** For clients that ask for no host name, or for one that `named` does not have. */
  readonly certificate: TlsCertificate;
  readonly named: readonly NamedCertificate[];
  /** PEM: only clients with a certificate from one of these may connect. `undefined` lets every client connect. */
  readonly clientAuthorities: string | undefined;
  /** Cipher suites of TLS 1.2 as OpenSSL writes them (`ECDHE+AESGCM:!aNULL`); `undefined` leaves them to the runtime. */
  readonly ciphers: string | undefined;
  readonly lowestVersion: TlsVersion;
}
