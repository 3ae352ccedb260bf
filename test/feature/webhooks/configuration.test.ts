import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { Peer } from "../../support/peer.ts";
import { metricsOf, OWN_PLACE, QUICK, toml } from "../../support/watched-server.ts";

const NO_ENV = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };
const OTHER = { id: "other-id", key: "other-key", secret: "other-secret" };

async function start(file: string, env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const directory = temporaryDirectory();
  return await startServer({
    directory,
    files: { ...OWN_PLACE, "resound.toml": file },
    env: { ...NO_ENV, ...QUICK, ...env },
  });
}

async function reload(server: RunningServer, file: string): Promise<void> {
  writeFileSync(join(server.directory, "resound.toml"), file);
  const count = (): number => server.output.text().match(/The configuration was read again/g)?.length ?? 0;
  const before = count();
  process.kill(server.pid, "SIGHUP");
  await eventually(count, (times) => times > before);
}

test("an entry gets its own events, of its own channels, with its own headers, and credentials are not logged", async () => {
  await using all = await WebhookReceiver.start();
  await using some = await WebhookReceiver.start();
  await using server = await start(toml(`
    [[apps.webhooks]]
    url = "${all.url}"
    events = ["channel_occupied", "channel_vacated"]
    [[apps.webhooks]]
    url = "${some.url.replace("//", "//ann:s3cr%zt@")}?token=t0p"
    events = ["channel_occupied"]
    headers = { "X-Shop" = "7", "user-agent" = "Mine" }
    filter = { channel_name_starts_with = "presence-" }
  `));
  some.expect({ kind: "answer", status: 500 });
  const peer = await Peer.connect(server);
  await peer.subscribeSigned("presence-a", '{"user_id":"1"}');
  await peer.subscribe("news");
  await peer.subscribe("not-presence-a");
  await peer.close();
  const names = (receiver: WebhookReceiver): string[] =>
    receiver.events.map(({ name, channel }) => `${name} ${String(channel)}`).sort();
  await all.until(6);
  await some.until(1);
  expect(names(some)).toEqual(["channel_occupied presence-a"]);
  expect(names(all)).toEqual([
    "channel_occupied news",
    "channel_occupied not-presence-a",
    "channel_occupied presence-a",
    "channel_vacated news",
    "channel_vacated not-presence-a",
    "channel_vacated presence-a",
  ]);
  const { headers, path } = some.requests[0]!;
  expect({
    shop: headers["x-shop"],
    agent: headers["user-agent"],
    authorization: headers.authorization,
    path,
  })
    .toEqual({
      shop: "7",
      agent: "Mine",
      authorization: `Basic ${btoa("ann:s3cr%zt")}`,
      path: "/hooks?token=t0p",
    });
  expect(all.requests[0]!.headers["x-shop"]).toBeUndefined();
  expect(await server.output.waitFor("is tried again")).toContain("//••••@127.0.0.1");
  expect(await server.stop()).toBe(0);
  for (const secret of ["s3cr", "ann", "t0p", TEST_APPLICATION.secret]) {
    expect(server.output.text()).not.toContain(secret);
  }
});

test("two entries for one URL are one receiver: an event that both name comes once, in order", async () => {
  await using receiver = await WebhookReceiver.start();
  await using server = await start(toml(`
    [[apps.webhooks]]
    url = "${receiver.url}"
    events = ["channel_occupied", "member_added"]
    [[apps.webhooks]]
    url = "${receiver.url}"
    events = ["channel_vacated", "member_added", "member_removed"]
  `));
  const peer = await Peer.connect(server);
  await peer.subscribeSigned("presence-a", '{"user_id":"1"}');
  await peer.close();
  expect((await receiver.until(4)).map(({ name }) => name)).toEqual([
    "channel_occupied",
    "member_added",
    "member_removed",
    "channel_vacated",
  ]);
});

test("two applications never share a request, a key or an event, also on channels of the same name", async () => {
  await using receiver = await WebhookReceiver.start();
  await using other = await WebhookReceiver.start(OTHER);
  // Each receiver notes what is not signed with its own application's secret.
  const hooks = (own: WebhookReceiver): string => `webhooks = ["${own.url}"]`;
  await using server = await start(toml(hooks(receiver)) + toml(hooks(other), OTHER));
  for (let round = 0; round < 5; round++) {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server, { application: OTHER });
    await Promise.all([
      one.subscribeSigned("presence-a", '{"user_id":"of-one"}'),
      two.subscribeSigned("presence-a", '{"user_id":"of-two"}'),
    ]);
  }
  const users = (
    events: readonly Readonly<Record<string, unknown>>[],
  ): unknown[] => [...new Set(events.flatMap(({ user_id }) => user_id === undefined ? [] : [user_id]))];
  expect(users(await receiver.until(4))).toEqual(["of-one"]);
  expect(users(await other.until(4))).toEqual(["of-two"]);
});

test("a reload adds webhooks, changes them and removes them", async () => {
  await using receiver = await WebhookReceiver.start();
  await using server = await start(toml(""), { REVERB_METRICS_PORT: "0" });
  await using early = await Peer.connect(server);
  await early.subscribe("early");
  expect(await metricsOf(server)).not.toContain("resound_webhook_events_total{");
  await reload(server, toml(`webhooks = ["${receiver.url}"]\nwebhook_events = ["channel_occupied"]`));
  // Channels that were occupied before are reported as well.
  expect(await receiver.until(1)).toEqual([{ name: "channel_occupied", channel: "early" }]);

  // What waits when the events, the headers and the secret change is sent by the new ones.
  receiver.always(() => ({ kind: "answer", status: 500 }));
  await early.subscribe("second");
  await receiver.requested(2);
  const changed =
    `[[apps.webhooks]]\nurl = "${receiver.url}"\nevents = ["channel_vacated"]\nheaders = { "X-New" = "1" }`;
  await reload(server, toml(changed));
  receiver.always(() => ({ kind: "answer", status: 200 }));
  await early.unsubscribe("early");
  const events = await receiver.until(3);
  expect(events.slice(1)).toContainEqual({ name: "channel_occupied", channel: "second" });
  expect(events.slice(1)).toContainEqual({ name: "channel_vacated", channel: "early" });
  const accepted = receiver.requests.filter(({ reaction }) =>
    "status" in reaction && reaction.status === 200
  );
  expect(accepted.slice(1).map(({ headers }) => headers["x-new"])).toEqual(["1", "1"]);

  // Events that wait for a removed URL are dropped, and that is logged.
  receiver.always(() => ({ kind: "answer", status: 500 }));
  const before = receiver.requests.length;
  await early.unsubscribe("second");
  await receiver.requested(before + 1);
  await reload(server, toml(""));
  await server.output.waitFor("were dropped");
  expect(await metricsOf(server)).toContain('outcome="not_configured"} 1');
  const requests = receiver.requests.length;
  await early.subscribe("third");
  expect(await server.stop()).toBe(0);
  expect(receiver.requests.length).toBe(requests);
});
