import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Findings } from "../config/findings.ts";
import { errorMessage } from "../failures/error-reason.ts";
import type { CertificateFiles } from "./certificate-files.ts";
import type { TlsCertificate } from "./tls-settings.ts";

/** A file that holds a certificate or a key. */
export interface PemFile {
  /** As it is opened. */
  readonly path: string;
  /** What names it: `options.tls.local_cert`. */
  readonly setting: string;
}

/** A certificate with its key, as a configuration names it. */
export interface CertificateSource {
  readonly certificate: PemFile;
  /** `undefined` when the key is in the certificate's file. */
  readonly key: PemFile | undefined;
  readonly passphrase: string | undefined;
  /** Like OpenSSL's: 1 asks for RSA keys of 1024 bits, 2 of 2048. */
  readonly securityLevel: number;
}

/** A certificate that was read and checked. */
export interface ReadCertificate extends TlsCertificate {
  readonly leaf: X509Certificate;
}

/**
 * Reads a certificate with its chain and key. What makes it unusable is an error in `findings`, with file and setting,
 * and gives `undefined`; one that is not valid now is a warning.
 */
export function readCertificate(
  source: CertificateSource,
  { files, now, findings }: {
    readonly files: CertificateFiles;
    readonly now: Date;
    readonly findings: Findings;
  },
): ReadCertificate | undefined {
  const { certificate, key: keyFile = certificate } = source;
  const text = open(certificate, files, findings);
  const keyText = keyFile === certificate ? text : open(keyFile, files, findings);
  if (text === undefined || keyText === undefined) return undefined;
  const chain = parseChain(text, certificate, findings);
  // A file with two faults: the first one is enough to report.
  if (chain === undefined && keyFile === certificate) return undefined;
  const key = parseKey(keyText, source, findings);
  const leaf = chain?.[0];
  if (chain === undefined || leaf === undefined || key === undefined) return undefined;
  if (!leaf.checkPrivateKey(key)) {
    const later = chain.some((each) => each.checkPrivateKey(key));
    findings.error(
      later
        ? `Cannot use ${
          place(certificate)
        }: the server's own certificate must come first in it, before its chain`
        : `Cannot use ${place(keyFile)}: the key does not belong to the certificate ${certificate.path}`,
    );
    return undefined;
  }
  checkStrength(leaf, source, findings);
  checkTime(leaf, certificate, now, findings);
  return {
    leaf,
    chain: certificateBlocks(text).join("\n") + "\n",
    key: String(key.export({ type: "pkcs8", format: "pem" })),
  };
}

/** The text of a file, or an error that names it. */
export function open(file: PemFile, files: CertificateFiles, findings: Findings): string | undefined {
  try {
    return files.read(file.path);
  } catch (error) {
    findings.error(`Cannot read ${place(file)}: ${errorMessage(error)}`);
    return undefined;
  }
}

/** The certificates of a file, in its order; `undefined`, with an error, when there is none or one is damaged. */
export function parseChain(text: string, file: PemFile, findings: Findings): X509Certificate[] | undefined {
  const blocks = certificateBlocks(text);
  if (blocks.length === 0) {
    findings.error(`Cannot use ${place(file)}: ${describeNoPem(text, "certificate")}`);
    return undefined;
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    findings.error(`Cannot use ${place(file)}: a certificate in it is damaged`);
    return undefined;
  }
}

/** The certificates in a text, each as PEM, in its order; keys and the text between them are left out. */
export function certificateBlocks(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
}

/** Why a file has no PEM block of the kind that is looked for; follows "Cannot use FILE: ". */
function describeNoPem(text: string, wanted: "certificate" | "private key"): string {
  if (text === "") return "the file is empty";
  // A SEQUENCE: the first byte of a certificate, a key or a PKCS#12 store in binary form.
  if (text.startsWith("0\x82")) {
    return `it is in binary form (DER or PKCS#12); turn it into PEM text with openssl`;
  }
  return `there is no ${wanted} in PEM form in it`;
}

function parseKey(text: string, source: CertificateSource, findings: Findings): KeyObject | undefined {
  const file = source.key ?? source.certificate;
  const block = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^]*?-----END \1?PRIVATE KEY-----/.exec(text)?.[0];
  const refuse = (reason: string): undefined => void findings.error(`Cannot use ${place(file)}: ${reason}`);
  if (block === undefined) {
    return refuse(
      source.key === undefined && certificateBlocks(text).length > 0
        ? "there is no private key in it; name the key's own file in local_pk"
        : describeNoPem(text, "private key"),
    );
  }
  const encrypted = block.includes("ENCRYPTED");
  if (encrypted && source.passphrase === undefined) {
    return refuse("the key is encrypted, and options.tls.passphrase is not set");
  }
  try {
    return createPrivateKey({
      key: block,
      ...(encrypted ? { passphrase: source.passphrase ?? "" } : {}),
    });
  } catch {
    return refuse(
      encrypted ? "the passphrase in options.tls.passphrase is wrong" : "the private key in it is damaged",
    );
  }
}

function checkStrength(leaf: X509Certificate, source: CertificateSource, findings: Findings): void {
  const least = [0, 1024, 2048][source.securityLevel] ?? 0;
  const { asymmetricKeyDetails: details } = leaf.publicKey;
  if (details?.modulusLength === undefined || details.modulusLength >= least) return;
  findings.error(
    `Cannot use ${place(source.certificate)}: its key has ${details.modulusLength} bits, and ` +
      `options.tls.security_level ${source.securityLevel} asks for ${least}`,
  );
}

function checkTime(leaf: X509Certificate, file: PemFile, now: Date, findings: Findings): void {
  if (now > new Date(leaf.validTo)) {
    findings.warn(
      `The certificate ${place(file)} expired on ${day(leaf.validTo)}: clients will refuse it. Renew it.`,
    );
  } else if (now < new Date(leaf.validFrom)) {
    findings.warn(
      `The certificate ${place(file)} is not valid before ${
        day(leaf.validFrom)
      }: clients will refuse it until then. ` +
        "Check the clock of this machine.",
    );
  }
}

/** A date of a certificate as `2026-12-01`. */
export function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

/** How messages name a file. */
export function place({ path, setting }: PemFile): string {
  return `${path} (${setting})`;
}
