import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { tlsToml } from "../../support/secure-server.ts";
import { QUICK } from "../../support/watched-server.ts";
import { clientsEverywhere, noWorkers, startWorkers } from "../../support/worker-processes.ts";

describe.skipIf(noWorkers)("several workers", () => {
  test("report each event of a channel to the application once", async () => {
    await using receiver = await WebhookReceiver.start();
    await using workers = await startWorkers({
      env: {
        ...QUICK,
        REVERB_WEBHOOK_URL: receiver.url,
        REVERB_WEBHOOK_EVENTS: "channel_occupied,channel_vacated,member_added,member_removed",
      },
    });
    const clients = await clientsEverywhere(workers);
    for (const client of clients) await client.subscribe("news");
    for (const client of clients) await client.subscribeSigned("presence-room", '{"user_id":"7"}');
    await Promise.all(clients.map((client) => client.close()));
    await receiver.until(6);
    expect(await workers.server.stop()).toBe(0);
    const events = receiver.requests.flatMap(({ events }) => events);
    expect(events.map(({ name, channel, user_id }) => [name, channel, user_id].join(" ").trim()).toSorted())
      .toEqual([
        "channel_occupied news",
        "channel_occupied presence-room",
        "channel_vacated news",
        "channel_vacated presence-room",
        "member_added presence-room 7",
        "member_removed presence-room 7",
      ]);
  });

  test.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))(
    "all show a certificate that has been renewed",
    async () => {
      const [before, after] = await Promise.all([makeCertificate(), makeCertificate()]);
      await using workers = await startWorkers({
        files: {
          "resound.toml": tlsToml('local_cert = "tls/fullchain.pem"\nlocal_pk = "tls/privkey.pem"'),
          "tls/fullchain.pem": before.certificate,
          "tls/privkey.pem": before.key,
        },
      });
      const { server } = workers;
      const trust = (ca: string) => ({ tls: { ca, serverName: "laravel.test" } });
      await using early = await connect(server, trust(before.certificate));
      await early.established();
      await Bun.write(join(server.directory, "tls/fullchain.pem"), after.certificate);
      await Bun.write(join(server.directory, "tls/privkey.pem"), after.key);
      for (const number of [1, 2]) {
        await server.output.waitFor(
          new RegExp(`worker ${number}: .*New connections get the new certificate`),
        );
      }
      for (let count = 0; count < 12; count++) {
        await using late = await connect(server, trust(after.certificate));
        await late.established();
      }
      await early.expectSilence();
    },
  );
});
