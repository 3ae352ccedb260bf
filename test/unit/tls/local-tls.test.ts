import { beforeAll, describe, expect, test } from "bun:test";
import { ConfigError } from "../../../src/config/config-error.ts";
import type { CertificateFiles } from "../../../src/tls/certificate-files.ts";
import { type LocalTls, readLocalTls } from "../../../src/tls/local-tls.ts";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../support/certificates.ts";
import { skipWhen } from "../../support/skip-when.ts";

const VALET = "/home/ada/.config/valet/Certificates";

function disk(contents: Readonly<Record<string, string>>): CertificateFiles {
  return {
    has: (path) => contents[path] !== undefined,
    read(path) {
      const text = contents[path];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
    list(folder) {
      const names = Object.keys(contents).filter((path) => path.startsWith(`${folder}/`));
      if (names.length === 0) throw new Error("no such file");
      return names.map((path) => path.slice(folder.length + 1));
    },
  };
}

function read(
  tls: Record<string, unknown>,
  contents: Readonly<Record<string, string>>,
  { host = "0.0.0.0", hostname = "", now = new Date() } = {},
): LocalTls {
  const places = {
    directory: "/srv/app",
    machine: { platform: "linux", home: "/home/ada" },
    files: disk(contents),
    now,
  };
  return readLocalTls({ host, tls, hostname }, places);
}

function errorsOf(...args: Parameters<typeof read>): readonly string[] {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof ConfigError) return error.messages;
    throw error;
  }
  return [];
}

test("without a certificate the server speaks plain ws, without a line where none was asked for", () => {
  expect(read({}, {})).toEqual({ settings: undefined, line: undefined, sources: [], warnings: [] });
  for (const hostname of ["localhost", "127.0.0.1", "::1"]) {
    expect(read({}, {}, { hostname }).line).toBeUndefined();
  }
});

test("with a host name the line says where a certificate was looked for", () => {
  expect(read({}, {}, { hostname: "laravel.test" }).line).toBe(
    `Without TLS, as behind a proxy: there is no certificate for laravel.test in ${VALET} (Laravel Herd, Valet), ` +
      "and options.tls names none",
  );
});

test.each([
  ["local_pk", "k.pem"],
  ["SNI_server_certs", { "a.test": "a.pem" }],
])("%s without local_cert is an error, since it asks for encryption", (name, value) => {
  expect(errorsOf({ [name]: value }, {})).toEqual([
    `options.tls.${name} needs options.tls.local_cert: without a certificate the server speaks plain ws`,
  ]);
});

test("what only shapes the encryption is said to have no effect", () => {
  expect(read({ ciphers: "HIGH", verify_peer: false }, {}).warnings).toEqual([
    "options.tls.ciphers has no effect without options.tls.local_cert: the server speaks plain ws",
  ]);
});

test.each([
  ["verify_peer", true],
  ["verify_peer_name", true],
  ["allow_self_signed", true],
  ["verify_depth", 3],
  ["cafile", "/ca.pem"],
  ["capath", "/ca"],
  ["passphrase", "sesame"],
  ["crypto_method", 8],
  ["security_level", 9],
  ["peer_name", "a.test"],
])("%s without a certificate is a warning, as nothing for Reverb", (name, value) => {
  for (const hostname of ["", "laravel.test"]) {
    expect(read({ [name]: value, local_cert: "" }, {}, { hostname })).toMatchObject({
      settings: undefined,
      warnings: [
        `options.tls.${name} has no effect without options.tls.local_cert: the server speaks plain ws`,
      ],
    });
  }
});

test("what is off needs no certificate, and a misspelt option may be the certificate", () => {
  const off = { verify_peer: false, verify_peer_name: 0, allow_self_signed: "0", cafile: "", capath: "" };
  expect(read(off, {}).warnings).toEqual([]);
  expect(errorsOf({ local_crt: "/c.pem", verify_peer: true }, {})).toEqual([
    "options.tls.local_crt: PHP's SSL contexts have no such option; did you mean local_cert?",
  ]);
});

test("a Unix socket is plain: no certificate is looked for, and one that is named is refused", () => {
  const host = "unix:/run/resound.sock";
  expect(read({}, {}, { host, hostname: "laravel.test" })).toMatchObject({
    settings: undefined,
    line: undefined,
  });
  expect(errorsOf({ local_cert: "/c.pem" }, {}, { host })[0]).toBe(
    "options.tls.local_cert: a Unix socket is for a proxy on this machine, which speaks plain HTTP to it. " +
      "Give the certificate to the proxy.",
  );
});

describe.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))("with certificates", () => {
  let own: MadeCertificate, other: MadeCertificate, locked: MadeCertificate, authority: MadeCertificate;
  beforeAll(async () => {
    [own, other, locked, authority] = await Promise.all([
      makeCertificate(),
      makeCertificate({ hosts: ["other.test"] }),
      makeCertificate({ passphrase: "sesame" }),
      makeCertificate({ hosts: ["authority"], authority: true }),
    ]);
  });

  test("one file may hold certificate, chain and key in any order but the chain's, relative to the Laravel folder", () => {
    const contents = {
      "/srv/app/tls/all.pem": own.key + "a note\n" + own.certificate + authority.certificate,
    };
    const { settings, sources } = read({ local_cert: "tls/all.pem" }, contents);
    expect(settings?.certificate.chain).toBe(own.certificate + authority.certificate);
    expect(settings?.certificate.key).toStartWith("-----BEGIN PRIVATE KEY-----\n");
    expect(sources).toEqual(["/srv/app/tls/all.pem"]);
  });

  test("a key is decrypted by its passphrase", () => {
    const contents = { "/c.pem": locked.certificate, "/k.pem": locked.key };
    const { settings } = read({ local_cert: "/c.pem", local_pk: "/k.pem", passphrase: "sesame" }, contents);
    expect(settings?.certificate.key).toStartWith("-----BEGIN PRIVATE KEY-----\n");
  });

  test("the pair of Valet is taken for the host name, unless there is a local_cert", () => {
    const contents = {
      [`${VALET}/laravel.test.crt`]: own.certificate,
      [`${VALET}/laravel.test.key`]: own.key,
      "/all.pem": other.certificate + other.key,
    };
    const found = read({ ciphers: "HIGH" }, contents, { hostname: "laravel.test" });
    expect(found.settings).toMatchObject({ certificate: { chain: own.certificate }, ciphers: "HIGH" });
    expect(found.line).toMatch(
      /^Certificate: .*laravel\.test\.crt of Laravel Valet, valid until 20\d\d-\d\d-\d\d$/,
    );
    const chosen = read({ local_cert: "/all.pem" }, contents, { hostname: "laravel.test" });
    expect(chosen.settings?.certificate.chain).toBe(other.certificate);
    expect(chosen.warnings).toEqual([expect.stringContaining("is not for the host name laravel.test")]);
  });

  test.each([
    [{ local_cert: "/none.pem" }, "Cannot read /none.pem (options.tls.local_cert): no such file"],
    [
      { local_cert: "/own.crt" },
      "Cannot use /own.crt (options.tls.local_cert): there is no private key in it; name the key's own file in local_pk",
    ],
    [{ local_cert: "/own.crt", local_pk: "/none" }, "Cannot read /none (options.tls.local_pk): no such file"],
    [
      { local_cert: "/own.crt", local_pk: "/other.key" },
      "Cannot use /other.key (options.tls.local_pk): the key does not belong to the certificate /own.crt",
    ],
    [
      { local_cert: "/turned.crt", local_pk: "/own.key" },
      "Cannot use /turned.crt (options.tls.local_cert): the server's own certificate must come first in it, before its chain",
    ],
    [
      { local_cert: "/own.crt", local_pk: "/locked.key" },
      "Cannot use /locked.key (options.tls.local_pk): the key is encrypted, and options.tls.passphrase is not set",
    ],
    [
      { local_cert: "/own.crt", local_pk: "/locked.key", passphrase: "open" },
      "Cannot use /locked.key (options.tls.local_pk): the passphrase in options.tls.passphrase is wrong",
    ],
    [{ local_cert: "/empty" }, "Cannot use /empty (options.tls.local_cert): the file is empty"],
    [
      { local_cert: "/own.key" },
      "Cannot use /own.key (options.tls.local_cert): there is no certificate in PEM form in it",
    ],
    [
      { local_cert: "/binary", local_pk: "/own.key" },
      "Cannot use /binary (options.tls.local_cert): it is in binary form (DER or PKCS#12); turn it into PEM text with openssl",
    ],
    [
      { local_cert: "/cut.crt", local_pk: "/own.key" },
      "Cannot use /cut.crt (options.tls.local_cert): a certificate in it is damaged",
    ],
    [
      { local_cert: "/own.crt", local_pk: "/cut.key" },
      "Cannot use /cut.key (options.tls.local_pk): the private key in it is damaged",
    ],
  ])("%j is refused with file and setting", (tls, message) => {
    const contents = {
      "/own.crt": own.certificate,
      "/own.key": own.key,
      "/other.key": other.key,
      "/turned.crt": authority.certificate + own.certificate,
      "/locked.key": locked.key,
      "/empty": "",
      "/binary": "0\x82\x01\x02",
      "/cut.crt": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      "/cut.key": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
    };
    expect(errorsOf(tls, contents)).toEqual([message]);
  });

  test("a certificate that is not valid now is a warning", () => {
    const contents = { "/all.pem": own.certificate + own.key };
    const at = (years: number): readonly string[] => {
      const now = new Date();
      now.setFullYear(now.getFullYear() + years);
      return read({ local_cert: "/all.pem" }, contents, { now }).warnings;
    };
    expect(at(0)).toEqual([]);
    expect(at(1)).toEqual([
      expect.stringMatching(
        /^The certificate \/all\.pem \(options\.tls\.local_cert\) expired on 20\d\d-\d\d-\d\d: /,
      ),
    ]);
    expect(at(-1)).toEqual([
      expect.stringMatching(
        /^The certificate \/all\.pem \(options\.tls\.local_cert\) is not valid before 20/,
      ),
    ]);
  });

  test("the security level asks for a longer RSA key", async () => {
    const weak = await makeCertificate({ rsaBits: 1024 });
    const contents = { "/weak.pem": weak.certificate + weak.key };
    expect(errorsOf({ local_cert: "/weak.pem", security_level: 1 }, contents)).toEqual([]);
    expect(errorsOf({ local_cert: "/weak.pem", security_level: 2 }, contents)).toEqual([
      "Cannot use /weak.pem (options.tls.local_cert): its key has 1024 bits, and options.tls.security_level 2 asks for 2048",
    ]);
  });

  test("the clients' authorities come from a file and a folder, each once", () => {
    const contents = {
      "/all.pem": own.certificate + own.key,
      "/ca.pem": authority.certificate,
      "/ca/1.pem": authority.certificate,
      "/ca/2.pem": other.certificate,
      "/ca/README": "not a certificate",
    };
    const tls = { local_cert: "/all.pem", verify_peer: true, cafile: "/ca.pem", capath: "/ca" };
    const { settings, sources } = read(tls, contents);
    expect(settings?.clientAuthorities?.match(/BEGIN/g)).toHaveLength(2);
    expect(sources).toEqual(["/all.pem", "/ca.pem", "/ca"]);
    expect(read({ ...tls, verify_peer: false }, contents).settings?.clientAuthorities).toBeUndefined();
  });

  test.each([
    [{ cafile: "/none" }, "Cannot read /none (options.tls.cafile): no such file"],
    [{ cafile: "/key" }, "Cannot use /key (options.tls.cafile): there is no certificate in PEM form in it"],
    [{ capath: "/none" }, "Cannot read the folder /none (options.tls.capath): no such file"],
    [
      { capath: "/notes" },
      "Cannot use the folder /notes (options.tls.capath): no file in it holds a certificate",
    ],
  ])("authorities %j are refused", (tls, message) => {
    const contents = { "/all.pem": own.certificate + own.key, "/key": own.key, "/notes/a": "x" };
    expect(errorsOf({ local_cert: "/all.pem", verify_peer: true, ...tls }, contents)).toEqual([message]);
  });

  test("each host name of SNI_server_certs has its own pair, and all that is wrong is reported at once", () => {
    const contents = {
      "/all.pem": own.certificate + own.key,
      "/o.crt": other.certificate,
      "/o.key": other.key,
    };
    const good = { "other.test": { local_cert: "/o.crt", local_pk: "/o.key" } };
    const { settings, line } = read({ local_cert: "/all.pem", SNI_server_certs: good }, contents);
    expect(settings?.named.map(({ host, chain }) => [host, chain])).toEqual([[
      "other.test",
      other.certificate,
    ]]);
    expect(line).toEndWith("; others for other.test");
    const bad = { "a.test": "/none", "b.test": "/o.crt" };
    expect(errorsOf({ local_cert: "/all.pem", SNI_server_certs: bad }, contents)).toEqual([
      "Cannot read /none (options.tls.SNI_server_certs.a.test.local_cert): no such file",
      "Cannot use /o.crt (options.tls.SNI_server_certs.b.test.local_cert): there is no private key in it; name the key's own file in local_pk",
    ]);
  });
});
