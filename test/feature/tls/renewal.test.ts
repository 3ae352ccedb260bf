import { beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../support/certificates.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type ClientTls, connect, type SocketClient } from "../../support/socket-client.ts";
import { PATIENCE } from "../../support/patience.ts";
import { startSecureServer, tlsToml } from "../../support/secure-server.ts";

const RENEWED = "New connections get the new certificate. Certificate: ";

const onDeno = serverTarget() === "deno";
const unable = skipWhen(!HAS_OPENSSL, NO_OPENSSL) ||
  skipWhen(onDeno, "TLS: this runtime takes a certificate only when it begins to listen");

describe.skipIf(unable)("renewal", () => {
  let before: MadeCertificate, after: MadeCertificate;
  beforeEach(async () => {
    [before, after] = await Promise.all([makeCertificate(), makeCertificate()]);
  });

  test("a file that is replaced is picked up, and who is connected goes on hearing and speaking", async () => {
    // Both in one file: of two the server may find the first one replaced and not the second, and warns.
    await using server = await startSecureServer({
      own: before,
      files: {
        "resound.toml": tlsToml('local_cert = "tls/all.pem"'),
        "tls/all.pem": before.certificate + before.key,
      },
    });
    await using early = await connect(server, { tls: trust(before) });
    await subscribe(early);
    replace(join(server.directory, "tls/all.pem"), after.certificate + after.key);
    await server.output.waitFor(RENEWED);

    await using late = await connect(server, { tls: trust(after) });
    await subscribe(late);
    await expect(connect(server, { tls: trust(before) })).rejects.toThrow("No WebSocket");

    const api = new ApiClient({ url: server.url, clientTls: trust(after) });
    expect((await api.trigger("news", "to-both", 1)).status).toBe(200);
    expect((await early.nextEvent("to-both")).data).toBe("1");
    expect((await late.nextEvent("to-both")).data).toBe("1");
    const info = await api.get("/channels/news", { info: "subscription_count" });
    expect(info.text).toContain('"subscription_count":2');
    expect(server.output.stderr).toEqual([]);
  });

  test("client events cross from the connections of before to those of after, and back, and spare the sender", async () => {
    await using server = await startSecureServer({
      own: before,
      env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "all" },
    });
    await using early = await connect(server, { tls: trust(before) });
    await subscribe(early);
    replace(join(server.directory, "tls/fullchain.pem"), after.certificate);
    replace(join(server.directory, "tls/privkey.pem"), after.key);
    await server.output.waitFor(RENEWED);
    await using late = await connect(server, { tls: trust(after) });
    await subscribe(late);
    for (const [sender, hearer] of [[early, late], [late, early]] as const) {
      sender.send({ event: "client-hello", channel: "news", data: {} });
      await hearer.nextEvent("client-hello");
      await sender.expectSilence();
    }
  });

  test("a pair that does not fit is refused with one line, and the old one stays in use until the other half comes", async () => {
    await using server = await startSecureServer({ own: before });
    replace(join(server.directory, "tls/fullchain.pem"), after.certificate);
    await server.output.waitFor("The changed certificate is refused, the one before stays in use");
    expect(server.output.stderr[0]).toContain(
      "privkey.pem (resound.toml:3 server.options.tls.local_pk): the key does not belong to",
    );
    await using client = await connect(server, { tls: trust(before) });
    await client.established();
    replace(join(server.directory, "tls/privkey.pem"), after.key);
    await server.output.waitFor(RENEWED);
    await using next = await connect(server, { tls: trust(after) });
    await next.established();
    expect(server.output.stderr).toHaveLength(2);
  });

  test("one that has expired does not take the place of a valid one, until a valid one comes", async () => {
    const expired = await makeCertificate({ days: -1 });
    await using server = await startSecureServer({ own: before });
    const both = join(server.directory, "tls/fullchain.pem");
    replace(join(server.directory, "tls/privkey.pem"), expired.key);
    replace(both, expired.certificate);
    await server.output.waitFor(
      /The new certificate is not in use: it expired on 20[\d-]+\. The one before, valid until 20[\d-]+, stays in use/,
    );
    await using client = await connect(server, { tls: trust(before) });
    await client.established();
    process.kill(server.pid, "SIGHUP");
    await server.output.waitFor("The configuration was read again");
    await using reloaded = await connect(server, { tls: trust(before) });
    await reloaded.established();

    replace(join(server.directory, "tls/privkey.pem"), after.key);
    replace(both, after.certificate);
    await server.output.waitFor(RENEWED);
    await using next = await connect(server, { tls: trust(after) });
    await next.established();
  });

  test("the certificate of a host name that has expired does not keep another one from being renewed", async () => {
    const [named, expired] = await Promise.all([
      makeCertificate({ hosts: ["one.test"] }),
      makeCertificate({ hosts: ["one.test"], days: -1 }),
    ]);
    const toml = '[server.options.tls.SNI_server_certs]\n"one.test" = "tls/one.pem"\n';
    await using server = await startSecureServer({
      own: before,
      toml,
      files: { "tls/one.pem": named.certificate + named.key },
    });
    replace(join(server.directory, "tls/one.pem"), expired.certificate + expired.key);
    await server.output.waitFor("The new certificate for one.test is not in use: it expired on");
    replace(join(server.directory, "tls/fullchain.pem"), after.certificate);
    replace(join(server.directory, "tls/privkey.pem"), after.key);
    await server.output.waitFor(RENEWED);
    await using main = await connect(server, { tls: trust(after) });
    await main.established();
    await using one = await connect(server, { tls: { ca: named.certificate, serverName: "one.test" } });
    await one.established();
  });

  test("links to another file are followed, as certbot leaves them", async () => {
    await using server = await startSecureServer({ own: before, files: { "tls/x": "" } });
    const live = join(server.directory, "tls"), archive = join(server.directory, "archive");
    mkdirSync(archive);
    writeFileSync(join(archive, "fullchain2.pem"), after.certificate);
    writeFileSync(join(archive, "privkey2.pem"), after.key);
    for (const name of ["fullchain", "privkey"]) {
      rmSync(join(live, `${name}.pem`));
      symlinkSync(`../archive/${name}2.pem`, join(live, `${name}.pem`));
    }
    await server.output.waitFor(RENEWED);
    await using client = await connect(server, { tls: trust(after) });
    await client.established();
  });

  test("SIGHUP reads certificates with the configuration, and a broken one keeps both as they were", async () => {
    await using server = await startSecureServer({ own: before });
    const file = join(server.directory, "resound.toml"), text = readFileSync(file, "utf8");
    mkdirSync(join(server.directory, "new"));
    writeFileSync(join(server.directory, "new/all.pem"), after.certificate);
    writeFileSync(file, '[server.options.tls]\nlocal_cert = "new/all.pem"\n');
    process.kill(server.pid, "SIGHUP");
    await server.output.waitFor("The new configuration is refused, the old one stays in use");
    expect(server.output.stderr[0]).toContain(
      "new/all.pem (resound.toml:2 server.options.tls.local_cert): there is no private key in it",
    );

    writeFileSync(join(server.directory, "new/all.pem"), after.certificate + after.key);
    process.kill(server.pid, "SIGHUP");
    await server.output.waitFor(`${RENEWED}${server.directory}/new/all.pem`);
    await using client = await connect(server, { tls: trust(after) });
    await client.established();

    // The new place is watched from now on.
    replace(join(server.directory, "new/all.pem"), before.certificate + before.key);
    await server.output.waitFor(RENEWED, PATIENCE, server.output.lines.length);
    await using again = await connect(server, { tls: trust(before) });
    await again.established();

    writeFileSync(file, text.replace(/^local_.*$/gm, ""));
    process.kill(server.pid, "SIGHUP");
    await server.output.waitFor("The change from wss to plain ws needs a restart");
    expect(server.output.text()).not.toContain("PRIVATE KEY");
  });

  test("a graceful stop closes the connections of before and of after", async () => {
    await using server = await startSecureServer({ own: before, env: { REVERB_DRAIN_SECONDS: "0" } });
    const early = await connect(server, { tls: trust(before) });
    replace(join(server.directory, "tls/fullchain.pem"), after.certificate);
    replace(join(server.directory, "tls/privkey.pem"), after.key);
    await server.output.waitFor(RENEWED);
    const late = await connect(server, { tls: trust(after) });
    expect(await server.stop()).toBe(0);
    expect((await early.closed).code).toBe(4100);
    expect((await late.closed).code).toBe(4100);
  });
});

test.skipIf(!HAS_OPENSSL || !onDeno)(
  "on Deno a line says that a changed certificate needs a restart",
  async () => {
    const [before, after] = await Promise.all([makeCertificate(), makeCertificate()]);
    await using server = await startSecureServer({ own: before });
    replace(join(server.directory, "tls/fullchain.pem"), after.certificate);
    replace(join(server.directory, "tls/privkey.pem"), after.key);
    await server.output.waitFor("The new certificate is not in use: Deno takes a certificate only when");
    await using client = await connect(server, { tls: trust(before) });
    await client.established();
  },
);

function trust({ certificate }: MadeCertificate): ClientTls {
  return { ca: certificate, serverName: "laravel.test" };
}

/** As ACME clients do it: readers see the old file or the new one, never half of it. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

async function subscribe(client: SocketClient): Promise<void> {
  await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
}
