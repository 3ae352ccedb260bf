import { beforeAll, describe, expect, test } from "bun:test";
import { connect as connectTls } from "node:tls";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../support/certificates.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startSecureServer } from "../../support/secure-server.ts";

const unable = skipWhen(!HAS_OPENSSL, NO_OPENSSL) ||
  skipWhen(serverTarget() === "deno", "TLS: this runtime has one certificate for all host names");

describe.skipIf(unable)("SNI_server_certs", () => {
  let own: MadeCertificate, one: MadeCertificate, wild: MadeCertificate;
  beforeAll(async () => {
    [own, one, wild] = await Promise.all([
      makeCertificate(),
      makeCertificate({ hosts: ["one.test"] }),
      makeCertificate({ hosts: ["*.wild.test"] }),
    ]);
  });

  const toml = '[server.options.tls.SNI_server_certs]\n"one.test" = "tls/one.pem"\n' +
    '"*.wild.test" = { local_cert = "tls/wild.crt", local_pk = "tls/wild.key" }\n';
  const files = (): Record<string, string> => ({
    "tls/one.pem": one.certificate + one.key,
    "tls/wild.crt": wild.certificate,
    "tls/wild.key": wild.key,
  });

  test("every host name gets its certificate, and all of them the same server", async () => {
    await using server = await startSecureServer({ own, toml, files: files() });
    for (
      const [serverName, { certificate }] of [["one.test", one], ["a.wild.test", wild], [
        "laravel.test",
        own,
      ]] as const
    ) {
      await using client = await connect(server, { tls: { ca: certificate, serverName } });
      await client.established();
    }
    await server.output.waitFor(/^Secure: .*; others for one\.test, \*\.wild\.test$/);
  });

  test.each(["other.test", "wild.test", undefined])(
    "a client that asks for %s gets the certificate of local_cert",
    async (servername) => {
      await using server = await startSecureServer({ own, toml, files: files() });
      expect(await commonName(server.port, servername)).toBe("laravel.test");
    },
  );
});

/** Whom the server says it is, to a client that asks for a host name, or for none. */
function commonName(port: number, servername: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
