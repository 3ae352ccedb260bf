import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../support/certificates.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";
import { APPLICATION_ENV, folderWith, runResound, withoutTime } from "../../support/run-resound.ts";
import { startSecureServer, tlsToml } from "../../support/secure-server.ts";

/** Starts with these options and returns what it says before it gives up. */
async function refusal(options: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { code, stdout, stderr } = await runResound(["--port", "0"], {
    files: { "resound.toml": tlsToml(options), ...files },
    env: APPLICATION_ENV,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: [] });
  return stderr.map((line) => withoutTime(line) ?? "");
}

test("a certificate that is not there ends the start with 2 and the file's name", async () => {
  const [line, ...more] = await refusal('local_cert = "tls/none.pem"');
  expect(more).toEqual([]);
  expect(line).toMatch(
    /^error {3}Cannot read \/.+\/tls\/none\.pem \(resound\.toml:2 server\.options\.tls\.local_cert\): no such file$/,
  );
});

test("options that cannot be had are all refused at once, each by its name", async () => {
  const lines = await refusal(
    'local_cert = "x"\npeer_name = "y"\nverify_depth = 1\nverify_peer = true\nlocal_crt = "z"',
  );
  expect(lines.map((line) => /options\.tls\.(\w+)/.exec(line)?.[1])).toEqual([
    "peer_name",
    "local_crt",
    "verify_peer",
    "verify_depth",
    "local_cert",
  ]);
});

describe.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))("with certificates", () => {
  let own: MadeCertificate, other: MadeCertificate, locked: MadeCertificate;
  beforeAll(async () => {
    [own, other, locked] = await Promise.all([
      makeCertificate(),
      makeCertificate(),
      makeCertificate({ passphrase: "sesame-opens" }),
    ]);
  });

  test.each([
    [
      "a key of another certificate",
      () => own,
      () => other,
      "",
      "the key does not belong to the certificate /.+/c.pem",
    ],
    [
      "an encrypted key",
      () => locked,
      () => locked,
      "",
      "the key is encrypted, and options.tls.passphrase is not set",
    ],
    [
      "a wrong passphrase",
      () => locked,
      () => locked,
      'passphrase = "wrong-guess"',
      "the passphrase in resound.toml:4 server.options.tls.passphrase is wrong",
    ],
  ])("%s ends the start with 2, and shows no secret", async (_, certificate, key, more, reason) => {
    const lines = await refusal(`local_cert = "c.pem"\nlocal_pk = "k.pem"\n${more}`, {
      "c.pem": certificate().certificate,
      "k.pem": key().key,
    });
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^error   Cannot use /.+/k\\.pem \\(resound\\.toml:3 server\\.options\\.tls\\.local_pk\\): ${reason}$`,
        ),
      ),
    ]);
    expect(lines.join()).not.toContain("wrong-guess");
  });

  test("the right passphrase opens the key", async () => {
    await using server = await startSecureServer({ own: locked, toml: 'passphrase = "sesame-opens"' });
    const response = await fetch(`${server.url}/up`, {
      tls: { ca: locked.certificate, serverName: "laravel.test" },
    });
    expect(response.status).toBe(200);
    expect(server.output.text()).not.toContain("sesame");
  });

  test("an expired certificate is a warning, and the server starts", async () => {
    const expired = await makeCertificate({ days: -1 });
    await using server = await startSecureServer({ own: expired });
    await server.output.waitFor("expired");
    expect(withoutTime(server.output.stderr[0])).toMatch(
      /^warning The certificate \/.+\/tls\/fullchain\.pem \(resound\.toml:2 server\.options\.tls\.local_cert\) expired on 20[\d-]+: clients will refuse it\. Renew it\.$/,
    );
    expect(server.output.stderr).toHaveLength(1);
  });

  test("a broken certificate of Valet ends the start with 2 and names the host name as its reason", async () => {
    const valet = ".config/valet/Certificates/laravel.test";
    const directory = folderWith({ [`${valet}.crt`]: own.certificate, [`${valet}.key`]: other.key });
    const { code, stderr } = await runResound(["--port", "0", "--hostname", "laravel.test"], {
      env: { ...APPLICATION_ENV, HOME: directory },
    });
    expect(code).toBe(2);
    expect(stderr).toEqual([
      expect.stringMatching(
        /Cannot use \/.+\/laravel\.test\.key \(hostname, REVERB_HOST\): the key does not belong to/,
      ),
    ]);
  });

  test.skipIf(skipWhen(process.getuid?.() === 0, "TLS: root may read every file"))(
    "a key that the server's user may not read ends the start with 2",
    async () => {
      const directory = folderWith({ "c.pem": own.certificate, "k.pem": own.key });
      chmodSync(join(directory, "k.pem"), 0);
      const lines = await refusal(`local_cert = "${directory}/c.pem"\nlocal_pk = "${directory}/k.pem"`);
      expect(lines).toEqual([
        expect.stringContaining(
          "k.pem (resound.toml:3 server.options.tls.local_pk): permission denied; the user that",
        ),
      ]);
    },
  );

  test("a port that another secure server has is refused, though renewals share it", async () => {
    await using first = await startSecureServer({ own });
    const second = startServer({
      directory: first.directory,
      args: ["--port", String(first.port)],
    });
    await expect(second).rejects.toThrow("the port is taken");
  });
});
