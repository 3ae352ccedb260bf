import { beforeAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
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
  skipWhen(serverTarget() === "deno", "TLS: this runtime cannot ask clients for certificates");

describe.skipIf(unable)("verify_peer", () => {
  let own: MadeCertificate,
    named: MadeCertificate,
    authority: MadeCertificate,
    known: MadeCertificate,
    stranger: MadeCertificate;
  beforeAll(async () => {
    [own, named, authority, stranger] = await Promise.all([
      makeCertificate(),
      makeCertificate({ hosts: ["one.test"] }),
      makeCertificate({ hosts: ["Authority"], authority: true }),
      makeCertificate({ hosts: ["Stranger"] }),
    ]);
    known = await makeCertificate({ hosts: ["Known"], issuer: authority });
  });

  const start = (): ReturnType<typeof startSecureServer> =>
    startSecureServer({
      own,
      toml:
        'verify_peer = true\ncafile = "tls/clients.pem"\n[server.options.tls.SNI_server_certs]\n"one.test" = "tls/one.pem"\n',
      files: { "tls/clients.pem": authority.certificate, "tls/one.pem": named.certificate + named.key },
    });

  test("a client with a certificate from the authority gets in, with WebSockets and over the API", async () => {
    await using server = await start();
    const clientTls = { ...server.clientTls, cert: known.certificate, key: known.key };
    await using client = await connect(server, { tls: clientTls });
    await client.established();
    const answer = await new ApiClient({ url: server.url, clientTls }).get("/channels");
    expect(answer.status).toBe(200);
  });

  test("a client without one, or with a stranger's, is refused under each host name that it asks for", async () => {
    await using server = await start();
    const names = [server.clientTls, { ca: named.certificate, serverName: "one.test" }];
    for (const tls of names) {
      await expect(connect(server, { tls })).rejects.toThrow("No WebSocket");
      await expect(connect(server, { tls: { ...tls, cert: stranger.certificate, key: stranger.key } }))
        .rejects
        .toThrow("No WebSocket");
      await expect(new ApiClient({ url: server.url, clientTls: tls }).get("/channels")).rejects.toThrow();
    }
    await using known_ = await connect(server, {
      tls: { ...server.clientTls, cert: known.certificate, key: known.key },
    });
    await known_.established();
  });
});
