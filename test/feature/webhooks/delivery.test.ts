import { expect, test } from "bun:test";
import { AnsweringReceiver } from "../../support/answering-receiver.ts";
import { HAS_OPENSSL, makeCertificate, NO_OPENSSL } from "../../support/certificates.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort } from "../../support/free-port.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer } from "../../support/start-server.ts";
import { buildFrame } from "../../support/websocket-frame.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { Peer } from "../../support/peer.ts";
import { metricsOf, OWN_PLACE, QUICK, startWatched } from "../../support/watched-server.ts";

test.each(
  [
    ["answers 500", { kind: "answer", status: 500 }, "it answered 500"],
    [
      "closes the connection early",
      { kind: "close" },
      "the connection was closed before the answer was whole",
    ],
    ["hangs", { kind: "hang" }, "no whole answer within 4 s"],
    [
      "leads elsewhere",
      { kind: "answer", status: 307, headers: { Location: "/elsewhere?token=t0p" } },
      /it answered 307 and leads to http:\/\/127\.0\.0\.1:\d+\/elsewhere\?•••• ?, which is not followed/,
    ],
  ] as const,
)(
  "a request to a receiver that %s is tried again until it is accepted, with the same delivery id",
  async (_what, reaction, reason) => {
    // What hangs is waited for, and a receiver that a busy machine makes slow must not be given up.
    const env = { REVERB_WEBHOOK_TIMEOUT: reaction.kind === "hang" ? "4" : "60", REVERB_METRICS_PORT: "0" };
    await using watched = await startWatched("channel_occupied", { env });
    const { server, receiver } = watched;
    receiver.expect(reaction, reaction);
    await using peer = await Peer.connect(server);
    await peer.subscribe("news");
    expect(await receiver.until(1)).toEqual([{ name: "channel_occupied", channel: "news" }]);
    expect(receiver.requests.length).toBe(3);
    expect(new Set(receiver.requests.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(["/hooks"]));
    expect(new Set(receiver.requests.map(({ headers }) => headers["x-resound-delivery"])).size).toBe(1);
    const [first, second, third] = receiver.requests.map(({ at }) => at);
    // Half a second, then a whole one, each less by up to a half.
    expect(second! - first!).toBeGreaterThan(240);
    expect(third! - second!).toBeGreaterThan(490);
    const failing = await server.output.waitFor("and is tried again");
    expect(failing).toContain(`A webhook to ${receiver.url} failed and is tried again: `);
    expect(failing).toMatch(reason);
    await server.output.waitFor(
      /Webhooks to http:\/\/127\.0\.0\.1:\d+\/hooks are accepted again after \d+ s: no event was lost/,
    );
    expect(server.output.text().match(/is tried again/g)?.length).toBe(1);
    const metrics = await metricsOf(server);
    expect(metrics).toContain('resound_webhook_events_total{application="app-id",outcome="accepted"} 1');
    expect(metrics).toContain('resound_webhook_requests_total{application="app-id",outcome="accepted"} 1');
    expect(metrics).toMatch(
      /resound_webhook_requests_total\{application="app-id",outcome="(?:error_status|unreachable|timeout|redirect)"\} 2/,
    );
    expect(metrics).toContain('resound_webhook_queued_events{application="app-id"} 0');
  },
);

test("a receiver that answers slowly gets all events once and in order", async () => {
  await using watched = await startWatched("client_event", { env: { REVERB_WEBHOOK_BATCH_SECONDS: "0.01" } });
  const { server, receiver } = watched;
  receiver.always(() => ({ kind: "slow", milliseconds: 200 }));
  await using peer = await Peer.connect(server);
  await peer.subscribeSigned("presence-a", '{"user_id":"1"}');
  for (let number = 0; number < 40; number++) {
    peer.send({ event: "client-n", channel: "presence-a", data: String(number) });
    if (number % 10 === 0) await Bun.sleep(30);
  }
  const events = await receiver.until(40);
  expect(events.map(({ data }) => data)).toEqual(Array.from({ length: 40 }, (_, number) => String(number)));
  expect(new Set(receiver.requests.map(({ headers }) => headers["x-resound-delivery"])).size).toBe(
    receiver.requests.length,
  );
});

test("a failed request delays no other channel, and its own channel's events arrive in order", async () => {
  await using watched = await startWatched("client_event", { env: { REVERB_WEBHOOK_BATCH_EVENTS: "1" } });
  const { server, receiver } = watched;
  let failures = 0, arrived = 0;
  // It fails until all events of the other channel have come.
  receiver.always(({ events }) => {
    const isBad = events.some(({ channel, data }) => channel === "presence-bad" && data === "0");
    if (isBad && (++failures < 4 || arrived < 10)) return { kind: "answer", status: 503 };
    arrived += events.filter(({ channel }) => channel === "presence-good").length;
    return { kind: "answer", status: 200 };
  });
  await using peer = await Peer.connect(server);
  await peer.subscribeSigned("presence-bad", '{"user_id":"1"}');
  await peer.subscribeSigned("presence-good", '{"user_id":"1"}');
  for (let number = 0; number < 10; number++) {
    peer.send({ event: "client-n", channel: "presence-bad", data: String(number) });
    peer.send({ event: "client-n", channel: "presence-good", data: String(number) });
  }
  const events = await receiver.until(20);
  const channels = events.map(({ channel }) => channel);
  expect(channels.lastIndexOf("presence-good")).toBeLessThan(channels.indexOf("presence-bad"));
  const numbers = Array.from({ length: 10 }, (_, number) => String(number));
  for (const channel of ["presence-bad", "presence-good"]) {
    expect(events.filter((each) => each["channel"] === channel).map(({ data }) => data)).toEqual(numbers);
  }
});

test("a URL where nothing listens does not delay another", async () => {
  const dead = `http://127.0.0.1:${await freePort()}/hooks`;
  await using receiver = await WebhookReceiver.start();
  await using server = await startServer({
    files: OWN_PLACE,
    env: {
      ...QUICK,
      REVERB_WEBHOOK_URL: `${dead},${receiver.url}`,
      REVERB_WEBHOOK_EVENTS: "channel_occupied",
    },
  });
  await using peer = await Peer.connect(server);
  for (let number = 0; number < 20; number++) {
    await peer.subscribe(`c${number}`);
    expect((await receiver.until(number + 1)).at(-1)).toEqual({
      name: "channel_occupied",
      channel: `c${number}`,
    });
  }
  expect(await server.output.waitFor("and is tried again")).toContain(
    "nothing listens there",
  );
});

test("events that happen together are sent together, up to the size of a batch", async () => {
  const env = { REVERB_WEBHOOK_BATCH_EVENTS: "7", REVERB_WEBHOOK_BATCH_SECONDS: "0.5" };
  await using watched = await startWatched("channel_occupied", { env });
  const { server, receiver } = watched;
  using raw = await RawSocket.open(server);
  await raw.upgrade();
  // In one write, so that they happen together also where this process is kept waiting.
  raw.write(Buffer.concat(Array.from({ length: 16 }, (_, number) => {
    const data = { channel: `c${number}` };
    return buildFrame({ payload: JSON.stringify({ event: "pusher:subscribe", data }) });
  })));
  await receiver.until(16);
  const numberOf = ({ channel }: Readonly<Record<string, unknown>> = {}): number =>
    Number(String(channel).slice(1));
  // Two that are under way at a time may come in any order.
  const requests = receiver.requests.map(({ events }) => events)
    .sort(([one], [other]) => numberOf(one) - numberOf(other));
  expect(requests.flat().map(({ channel }) => channel)).toEqual(
    Array.from({ length: 16 }, (_, number) => `c${number}`),
  );
  expect(requests.map((events) => events.length)).toEqual([7, 7, 2]);
});

test("of too many events the oldest are dropped, counted and logged", async () => {
  const env = {
    REVERB_WEBHOOK_QUEUE_MAX_EVENTS: "5",
    REVERB_WEBHOOK_BATCH_EVENTS: "1",
    REVERB_WEBHOOK_TIMEOUT: "60",
    REVERB_METRICS_PORT: "0",
  };
  await using watched = await startWatched("client_event", { env });
  const { server, receiver } = watched, hasAll = Promise.withResolvers<void>();
  // The first one is under way until all have come: one that waits for its next try would be dropped.
  receiver.always(() => ({ kind: "answer", status: 500, after: hasAll.promise }));
  await using peer = await Peer.connect(server);
  await peer.subscribeSigned("presence-a", '{"user_id":"1"}');
  for (let number = 0; number < 20; number++) {
    peer.send({ event: "client-n", channel: "presence-a", data: String(number) });
  }
  expect(await server.output.waitFor("were dropped")).toContain(
    `Events for ${receiver.url} were dropped: the application will not receive them`,
  );
  const dropped = 'resound_webhook_events_total{application="app-id",outcome="queue_full"} 15';
  await eventually(() => metricsOf(server), (text) => text.includes(dropped));
  hasAll.resolve();
  await server.output.waitFor("is tried again");
  expect(await metricsOf(server)).toContain('resound_webhook_queued_events{application="app-id"} 5');
  receiver.always(() => ({ kind: "answer", status: 200 }));
  // The first one was under way.
  expect((await receiver.until(5)).map(({ data }) => data)).toEqual(["0", "16", "17", "18", "19"]);
  await server.output.waitFor("are accepted again");
  expect(server.output.text()).toContain("15 events were lost");
});

test("events that could not be sent within retry_seconds are dropped, counted and logged", async () => {
  const env = { REVERB_WEBHOOK_RETRY_SECONDS: "5", REVERB_METRICS_PORT: "0" };
  await using watched = await startWatched("channel_occupied", { env });
  const { server, receiver } = watched;
  receiver.always(() => ({ kind: "answer", status: 404 }));
  await using peer = await Peer.connect(server);
  await peer.subscribe("news");
  await server.output.waitFor("were dropped");
  expect(await metricsOf(server)).toContain(
    'resound_webhook_events_total{application="app-id",outcome="expired"} 1',
  );
  expect(receiver.requests.length).toBeGreaterThan(1);
  expect(await server.stop()).toBe(0);
});

test.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))(
  "a receiver with a self-signed certificate is sent nothing",
  async () => {
    using receiver = new AnsweringReceiver(await makeCertificate({ hosts: ["localhost"] }));
    const url = `https://localhost:${receiver.port}/hooks`;
    await using server = await startServer({
      files: OWN_PLACE,
      env: { ...QUICK, REVERB_WEBHOOK_URL: url, REVERB_WEBHOOK_RETRY_SECONDS: "4" },
    });
    await using peer = await Peer.connect(server);
    await peer.subscribe("news");
    // The runtimes tell apart in different ways who has signed it.
    expect(await server.output.waitFor("is tried again")).toMatch(
      /its certificate (?:is self-signed|comes from an authority that is not known here)/,
    );
    await server.output.waitFor("were dropped");
    expect(receiver.requests).toEqual([]);
  },
);

test("a private address is refused where the configuration refuses them", async () => {
  await using watched = await startWatched("channel_occupied", {
    env: { REVERB_WEBHOOK_REFUSE_PRIVATE_ADDRESSES: "true" },
  });
  const { server, receiver } = watched;
  await using peer = await Peer.connect(server);
  await peer.subscribe("news");
  expect(await server.output.waitFor("is tried again")).toContain(
    "its address 127.0.0.1 is private (webhook_options.refuse_private_addresses)",
  );
  expect(receiver.requests).toEqual([]);
});
