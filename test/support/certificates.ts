import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./start-server.ts";

/** Certificates are made on the spot; without the command their tests are skipped. */
export const HAS_OPENSSL: boolean = Bun.which("openssl") !== null;

/** What to print where it is missing. */
export const NO_OPENSSL = "TLS: openssl is not installed";

/** A certificate with its key, as PEM. */
export interface MadeCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate should be; by default one for `laravel.test`, signed by itself, valid for ten days. */
export interface CertificateWishes {
  readonly hosts?: readonly string[];
  /** Negative: it has expired. */
  readonly days?: number;
  /** Who signs it. */
  readonly issuer?: MadeCertificate;
  /** Whether it may sign others. */
  readonly authority?: boolean;
  /** Encrypts the key. */
  readonly passphrase?: string;
  /** An RSA key of as many bits in place of one on an elliptic curve. */
  readonly rsaBits?: number;
}

/** Makes a certificate with openssl. */
export async function makeCertificate(wishes: CertificateWishes = {}): Promise<MadeCertificate> {
  const folder = temporaryDirectory();
  const file = (name: string): string => join(folder, name);
  const { hosts = ["laravel.test"], days = 10, issuer, passphrase, rsaBits } = wishes;
  const algorithm = rsaBits === undefined
    ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    : ["-newkey", `rsa:${rsaBits}`];
  await openssl(
    "req",
    "-new",
    ...algorithm,
    "-nodes",
    "-keyout",
    file("key"),
    "-out",
    file("request"),
    "-subj",
    `/CN=${hosts[0]}`,
  );
  const extensions = [
    `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`,
    `basicConstraints=critical,CA:${wishes.authority === true ? "TRUE" : "FALSE"}`,
  ];
  writeFileSync(file("extensions"), `${extensions.join("\n")}\n`);
  if (issuer !== undefined) {
    writeFileSync(file("issuer"), issuer.certificate);
    writeFileSync(file("issuer-key"), issuer.key);
  }
  const signer = issuer === undefined
    ? ["-signkey", file("key")]
    : ["-CA", file("issuer"), "-CAkey", file("issuer-key"), "-CAcreateserial"];
  await openssl(
    "x509",
    "-req",
    "-in",
    file("request"),
    ...signer,
    "-days",
    String(days),
    "-extfile",
    file("extensions"),
    "-out",
    file("certificate"),
  );
  if (passphrase !== undefined) {
    await openssl(
      "pkcs8",
      "-topk8",
      "-in",
      file("key"),
      "-out",
      file("encrypted"),
      "-passout",
      `pass:${passphrase}`,
    );
  }
  return {
    certificate: readFileSync(file("certificate"), "utf8"),
    key: readFileSync(file(passphrase === undefined ? "key" : "encrypted"), "utf8"),
  };
}

async function openssl(...args: readonly string[]): Promise<void> {
  const child = Bun.spawn(["openssl", ...args], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [code, message] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  if (code !== 0) throw new Error(`openssl ${args.join(" ")} ended with ${code}: ${message}`);
}
