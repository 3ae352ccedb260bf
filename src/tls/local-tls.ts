import { homedir } from "node:os";
import { resolve } from "node:path";
import type { ServerConfig } from "../config/config.ts";
import { Findings } from "../config/findings.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import { type CertificateFiles, diskCertificateFiles } from "./certificate-files.ts";
import { readClientAuthorities } from "./client-authorities.ts";
import { findHostCertificate, type Machine } from "./host-certificate.ts";
import { type CertificateSource, day, place, readCertificate } from "./read-certificate.ts";
import type { CertificatePaths } from "./option-reader.ts";
import { isTlsOption, readTlsOptions, type TlsOptions } from "./tls-options.ts";
import type { NamedCertificate, TlsSettings } from "./tls-settings.ts";

/** What the TLS of a server is read from besides its configuration. */
export interface TlsPlaces {
  /** The Laravel folder, absolute: paths are relative to it. */
  readonly directory: string;
  readonly machine: Machine;
  readonly files: CertificateFiles;
  readonly now: Date;
}

/** How a server encrypts, or why it does not. */
export interface LocalTls {
  /** `undefined` for plain ws. */
  readonly settings: TlsSettings | undefined;
  /** A line for the operator: which certificate, or where none was found. `undefined` when none was asked for. */
  readonly line: string | undefined;
  /** Files and folders that all of this was read from; a renewed certificate changes them. */
  readonly sources: readonly string[];
  readonly warnings: readonly string[];
}

/** This machine, now; `directory` is the Laravel folder. */
export function thisMachine(directory: string): TlsPlaces {
  return {
    directory,
    machine: { platform: process.platform, home: homeFolder() },
    files: diskCertificateFiles,
    now: new Date(),
  };
}

/** A container may run as a user without a name and a home folder: such a user has no certificates. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

/**
 * Reads and checks everything that TLS needs, before anything listens: the certificate of `options.tls`, else the one that
 * Herd or Valet has for the host name, else none. Throws a `ConfigError` that lists everything that is wrong.
 */
export function readLocalTls(
  server: Pick<ServerConfig, "host" | "tls" | "hostname">,
  places: TlsPlaces,
): LocalTls {
  const findings = new Findings();
  const onUnixSocket = unixPath(server.host) !== undefined;
  const isNamed = (server.tls["local_cert"] ?? "") !== "";
  if (onUnixSocket && isNamed) {
    findings.error(
      "options.tls.local_cert: a Unix socket is for a proxy on this machine, which speaks plain HTTP to it. " +
        "Give the certificate to the proxy.",
    );
  }
  const found = onUnixSocket || server.hostname === "" || isNamed
    ? undefined
    : findHostCertificate(server.hostname, places.machine, places.files);
  const isEncrypted = isNamed || found?.pair !== undefined;
  const options = readTlsOptions(isEncrypted ? server.tls : withoutShaping(server.tls), findings);
  const main = mainCertificate(options, found?.pair, places);
  if (main === undefined) {
    checkUnused(options, server.tls, findings);
    findings.throwIfErrors();
    return {
      settings: undefined,
      line: found === undefined || isNameless(server.hostname)
        ? undefined
        : `Without TLS, as behind a proxy: there is no certificate for ${server.hostname} in ${
          found.folders.join(" or ")
        } (Laravel Herd, Valet), and options.tls names none`,
      sources: [],
      warnings: findings.warnings,
    };
  }
  const reading = { files: places.files, now: places.now, findings };
  const certificate = readCertificate(main, reading);
  const sources = new Set([main.certificate.path, main.key?.path ?? main.certificate.path]);
  const named: NamedCertificate[] = [];
  for (const [host, paths] of options.named) {
    const source = sourceOf(`options.tls.SNI_server_certs.${host}`, paths, options, places);
    const read = readCertificate(source, reading);
    if (read !== undefined) named.push({ host, chain: read.chain, key: read.key });
    sources.add(source.certificate.path).add(source.key?.path ?? source.certificate.path);
  }
  const cafile = absolute(options.cafile, places), capath = absolute(options.capath, places);
  const clientAuthorities = options.verifyPeer
    ? readClientAuthorities({ cafile, capath }, places.files, findings)
    : undefined;
  for (const path of options.verifyPeer ? [cafile, capath] : []) if (path !== undefined) sources.add(path);
  if (
    certificate !== undefined && found === undefined && !isNameless(server.hostname) &&
    !named.some(({ host }) => host === server.hostname) &&
    certificate.leaf.checkHost(server.hostname) === undefined
  ) {
    findings.warn(
      `The certificate ${
        place(main.certificate)
      } is not for the host name ${server.hostname}: clients that connect ` +
        "under that name will refuse it.",
    );
  }
  findings.throwIfErrors();
  // Without an error there is a certificate.
  const { chain, key, leaf } = certificate!;
  const { ciphers, lowestVersion } = options;
  return {
    settings: { certificate: { chain, key }, named, clientAuthorities, ciphers, lowestVersion },
    line:
      `Certificate: ${main.certificate.path}${found?.pair === undefined ? "" : ` of ${found.pair.tool}`}, ` +
      `valid until ${day(leaf.validTo)}${
        named.length === 0 ? "" : `; others for ${[...options.named.keys()].join(", ")}`
      }`,
    sources: [...sources],
    warnings: findings.warnings,
  };
}

function mainCertificate(
  options: TlsOptions,
  pair: { readonly certificate: string; readonly key: string } | undefined,
  places: TlsPlaces,
): CertificateSource | undefined {
  if (options.localCert !== undefined) {
    return sourceOf("options.tls", { certificate: options.localCert, key: options.localPk }, options, places);
  }
  if (pair === undefined) return undefined;
  return {
    certificate: { path: pair.certificate, setting: "hostname, REVERB_HOST" },
    key: { path: pair.key, setting: "hostname, REVERB_HOST" },
    passphrase: undefined,
    securityLevel: options.securityLevel,
  };
}

function sourceOf(
  setting: string,
  { certificate, key }: CertificatePaths,
  { passphrase, securityLevel }: TlsOptions,
  { directory }: TlsPlaces,
): CertificateSource {
  return {
    certificate: { path: resolve(directory, certificate), setting: `${setting}.local_cert` },
    key: key === undefined ? undefined : { path: resolve(directory, key), setting: `${setting}.local_pk` },
    passphrase,
    securityLevel,
  };
}

/** Options that name a certificate or a key, and so ask for encryption. */
const ASKING: readonly string[] = ["local_cert", "local_pk", "SNI_server_certs"];

/** The options that are checked where nothing is encrypted: those that ask for it, and names that are no option. */
function withoutShaping(written: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(written).filter(([name]) => ASKING.includes(name) || !isTlsOption(name)),
  );
}

/**
 * Without a certificate nothing is encrypted, so other TLS options have no effect: an error for those that ask for encryption, else a
 * warning. Reverb ignores them as well.
 */
function checkUnused(
  options: TlsOptions,
  written: Readonly<Record<string, unknown>>,
  findings: Findings,
): void {
  const needs = [
    ...(options.localPk === undefined ? [] : ["local_pk"]),
    ...(options.named.size === 0 ? [] : ["SNI_server_certs"]),
  ];
  for (const name of needs) {
    findings.error(
      `options.tls.${name} needs options.tls.local_cert: without a certificate the server speaks plain ws`,
    );
  }
  for (const [name, value] of needs.length === 0 ? Object.entries(written) : []) {
    if (ASKING.includes(name) || !isTlsOption(name) || isOff(value)) continue;
    findings.warn(
      `options.tls.${name} has no effect without options.tls.local_cert: the server speaks plain ws`,
    );
  }
}

/** Whether an option asks for nothing: PHP's spellings of no, and what is not set. */
function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "" || value === 0 ||
    value === "0";
}

/** Whether Herd and Valet never make a certificate for the host, so that there is no line about a missing one. */
function isNameless(hostname: string): boolean {
  return hostname === "" || hostname === "localhost" || /^[\d.]+$|:/.test(hostname);
}

function absolute(path: string | undefined, { directory }: TlsPlaces): string | undefined {
  return path === undefined ? undefined : resolve(directory, path);
}
