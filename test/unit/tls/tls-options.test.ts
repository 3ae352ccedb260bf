import { expect, test } from "bun:test";
import { Findings } from "../../../src/config/findings.ts";
import { readTlsOptions } from "../../../src/tls/tls-options.ts";

function read(written: Record<string, unknown>): ReturnType<typeof readTlsOptions> & { findings: Findings } {
  const findings = new Findings();
  return { ...readTlsOptions(written, findings), findings };
}

/** What is wrong with one option beside a certificate. */
function errorsOf(name: string, value: unknown, others: Record<string, unknown> = {}): string[] {
  return read({ local_cert: "c.pem", ...others, [name]: value }).findings.errors;
}

test("paths, passphrase and ciphers are taken as they are", () => {
  const { localCert, localPk, passphrase, ciphers, findings } = read({
    local_cert: "c.pem",
    local_pk: "k.pem",
    passphrase: 1234,
    ciphers: "ECDHE+AESGCM",
  });
  expect([localCert, localPk, passphrase, ciphers]).toEqual(["c.pem", "k.pem", "1234", "ECDHE+AESGCM"]);
  expect(findings).toMatchObject({ errors: [], warnings: [] });
});

test("an empty text is not there", () => {
  expect(read({ local_cert: "", local_pk: "" })).toMatchObject({ localCert: undefined, localPk: undefined });
});

test.each([
  [32, "TLSv1.2"],
  [96, "TLSv1.2"],
  [120, "TLSv1.2"],
  [64, "TLSv1.3"],
  [65, "TLSv1.3"],
  ["64", "TLSv1.3"],
  ["STREAM_CRYPTO_METHOD_TLSv1_2_SERVER", "TLSv1.2"],
  ["STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT", "TLSv1.3"],
  ["STREAM_CRYPTO_METHOD_TLSv1_2_SERVER | STREAM_CRYPTO_METHOD_TLSv1_3_SERVER", "TLSv1.2"],
  ["STREAM_CRYPTO_METHOD_ANY_SERVER", "TLSv1.2"],
])("crypto_method %p allows %s and newer", (method, version) => {
  expect(read({ local_cert: "c.pem", crypto_method: method }).lowestVersion).toBe(version as "TLSv1.2");
});

test.each([
  8,
  24,
  4,
  0,
  1000,
  1.5,
  true,
  "TLSv1.3",
  "STREAM_CRYPTO_METHOD_TLSv1_0_SERVER",
  "STREAM_CRYPTO_METHOD_x_SERVER",
])(
  "crypto_method %p is refused",
  (method) => {
    expect(errorsOf("crypto_method", method)).toEqual([
      expect.stringMatching(
        /^options\.tls\.crypto_method: expected PHP's STREAM_CRYPTO_METHOD_TLSv1_2_SERVER or /,
      ),
    ]);
  },
);

test("SNI_server_certs has a path, or a certificate and a key, for each host", () => {
  const certs = { "One.test": "one.pem", "*.two.test": { local_cert: "two.crt", local_pk: "two.key" } };
  expect([...read({ local_cert: "c.pem", SNI_server_certs: certs }).named]).toEqual([
    ["one.test", { certificate: "one.pem", key: undefined }],
    ["*.two.test", { certificate: "two.crt", key: "two.key" }],
  ]);
});

test.each([
  [{ "one.test": 5 }, "one.test"],
  [{ "one.test": {} }, "one.test"],
  [{ "one.test": { local_cert: "a", passphrase: "x" } }, "one.test"],
  [{ "one/test": "a" }, "one/test"],
  [["a"], undefined],
])("SNI_server_certs %j is refused", (certs, host) => {
  const [error, ...more] = errorsOf("SNI_server_certs", certs);
  expect(more).toEqual([]);
  expect(error).toStartWith(`options.tls.SNI_server_certs${host === undefined ? "" : `.${host}`}: expected `);
});

test("verify_peer needs an authority of its own", () => {
  expect(errorsOf("verify_peer", true)).toEqual([expect.stringContaining("needs cafile or capath")]);
  expect(errorsOf("verify_peer", true, { cafile: "ca.pem" })).toEqual([]);
  expect(errorsOf("verify_peer", 1, { capath: "/etc/ca" })).toEqual([]);
  expect(errorsOf("verify_peer", false)).toEqual([]);
});

test.each([
  ["verify_peer_name", true],
  ["allow_self_signed", true],
  ["verify_depth", 3],
  ["security_level", 3],
  ["disable_compression", false],
  ["peer_name", "x"],
  ["peer_fingerprint", "x"],
  ["capture_peer_cert", true],
  ["SNI_enabled", false],
  ["dh_param", "x"],
  ["alpn_protocols", "h2"],
  ["no_ticket", true],
])("%s %p is refused by name, with a reason", (name, value) => {
  const errors = errorsOf(name, value, { verify_peer: true, cafile: "ca.pem" });
  expect(errors).toEqual([
    expect.stringMatching(new RegExp(`^options\\.tls\\.${name} is not supported: .{20}`)),
  ]);
});

test.each([
  ["verify_peer_name", false],
  ["allow_self_signed", true],
  ["security_level", 2],
  ["security_level", "1"],
  ["disable_compression", true],
  ["SNI_enabled", true],
  ["capture_peer_cert", false],
  ["no_ticket", false],
])("%s %p asks for what is the case", (name, value) => {
  expect(errorsOf(name, value)).toEqual([]);
});

test.each(["cafile", "capath", "verify_depth"])(
  "%s without verify_peer is said to have no effect",
  (name) => {
    expect(read({ local_cert: "c.pem", [name]: "x" }).findings.warnings).toEqual([
      `options.tls.${name} has no effect without verify_peer: no client is asked for a certificate`,
    ]);
  },
);

test("an unknown option is an error with the nearest known one", () => {
  expect(errorsOf("local_crt", "x")).toEqual([
    "options.tls.local_crt: PHP's SSL contexts have no such option; did you mean local_cert?",
  ]);
  expect(errorsOf("nothing_like_it", 1)).toEqual([
    "options.tls.nothing_like_it: PHP's SSL contexts have no such option",
  ]);
});

test.each([
  ["local_cert", ["c.pem"], "a text"],
  ["passphrase", { secret: "sesame" }, "a text"],
  ["verify_peer", "sesame", "true or false"],
  ["security_level", true, "a level from 0 to 2"],
  ["security_level", -1, "a level from 0 to 2"],
])("%s %j is refused without its value", (name, value, what) => {
  expect(errorsOf(name, value)).toEqual([`options.tls.${name}: expected ${what}`]);
});
