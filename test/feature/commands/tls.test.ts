import { expect, test } from "bun:test";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";

const { id, key, secret } = TEST_APPLICATION;
const CREDENTIALS = { REVERB_APP_ID: id, REVERB_APP_KEY: key, REVERB_APP_SECRET: secret };
const noOpenssl = skipWhen(!HAS_OPENSSL, NO_OPENSSL);
const noClientCertificates = skipWhen(
  serverTarget() === "deno",
  "TLS: this runtime cannot ask clients for certificates",
);

/** The files of a server that encrypts with a fresh certificate. */
async function tlsFiles(more = "", days = 10): Promise<Record<string, string>> {
  const made = await makeCertificate({ hosts: ["localhost"], days });
  return {
    "cert.pem": made.certificate,
    "key.pem": made.key,
    "resound.toml": `[server.options.tls]\nlocal_cert = "cert.pem"\nlocal_pk = "key.pem"\n${more}`,
  };
}

function ask(command: string, port: number, files: Readonly<Record<string, string>>): Promise<FinishedRun> {
  return runResound([command, "--host", "127.0.0.1", "--port", String(port)], {
    files,
    env: { ...CREDENTIALS, REVERB_HOST: "localhost", REVERB_PORT: String(port) },
  });
}

test.skipIf(noOpenssl)(
  "a server with a certificate of its own is healthy, with any name and authority in it",
  async () => {
    const files = await tlsFiles();
    await using server = await startServer({ files });
    const line = `Healthy: https://127.0.0.1:${server.port}/up answered 200`;
    expect(await ask("health", server.port, files)).toEqual({ code: 0, stdout: [line], stderr: [] });
    // As for Herd's and Valet's: the configuration names no certificate.
    expect(await ask("health", server.port, {})).toEqual({ code: 0, stdout: [line], stderr: [] });
  },
);

test.skipIf(noOpenssl)("doctor shows the certificate as it is on disk and as a client sees it", async () => {
  const files = await tlsFiles();
  await using server = await startServer({ files });
  const run = await ask("doctor", server.port, files);
  const lines = run.stdout.filter((line) => line.includes("certificate"));
  expect(run.code).toBe(0);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(
    /^ok {7}certificate {4}Certificate: \/.*\/cert\.pem, valid until \d{4}-\d\d-\d\d\.$/,
  );
  expect(lines[1]).toMatch(
    /^warning {2}certificate {4}the certificate for localhost by localhost comes from no authority that this machine trusts\. For a local name/,
  );
  expect(run.stdout.join("\n")).toContain(
    `https://localhost:${server.port}/app connects clients of application app-id`,
  );
});

test.skipIf(noOpenssl)(
  "doctor finds a certificate that start would refuse, before a start",
  async () => {
    const files = { ...await tlsFiles(), "key.pem": "nothing" };
    const run = await ask("doctor", 1, files);
    expect(run.code).toBe(1);
    expect(run.stdout.filter((line) => line.startsWith("error    certificate"))).toHaveLength(1);
    expect(run.stdout.join("\n")).toContain("key.pem");
  },
);

test.skipIf(noOpenssl || noClientCertificates)(
  "a server that wants client certificates is healthy, and doctor says that it is shut",
  async () => {
    const files = await tlsFiles('verify_peer = true\ncafile = "cert.pem"\n');
    await using server = await startServer({ files });
    expect(await ask("health", server.port, files)).toEqual({
      code: 0,
      stdout: [`Healthy: https://127.0.0.1:${server.port}/up asks for a client certificate`],
      stderr: [],
    });
    const run = await ask("doctor", server.port, files);
    expect(run.code).toBe(0);
    expect(run.stdout.join("\n")).toContain("no call was made: the server asks for a client certificate");
  },
);
