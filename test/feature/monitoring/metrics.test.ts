import { expect, test } from "bun:test";
import { hostname } from "node:os";
import { ApiClient } from "../../support/api-client.ts";
import { startCluster } from "../../support/cluster.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { APPLICATION_ENV, runResound, withoutTime } from "../../support/run-resound.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { untilSecondSignal } from "../../support/second-signal.ts";
import { Peer } from "../../support/peer.ts";
import { metricsUrlOf, scrape, startWatched } from "../../support/scrape.ts";

const application = TEST_APPLICATION.id;

test("what clients and callers do is counted, per application and kind", async () => {
  await using watched = await startWatched();
  const { server, metricsUrl } = watched;
  const api = new ApiClient(server);
  await using one = await Peer.connect(server);
  await using two = await Peer.connect(server);
  await one.subscribe("news");
  await two.subscribe("news");
  await one.subscribeSigned("presence-room", '{"user_id":"1"}');
  await two.subscribeSigned("presence-room", '{"user_id":"2"}');
  await one.nextEvent("pusher_internal:member_added");
  await two.subscribe("private-secret");
  await api.post("/events", { name: "e", channels: ["news", "empty"], data: '"é"' });
  const event = await one.nextEvent("e");
  await two.nextEvent("e");
  one.send({ event: "client-typing", channel: "presence-room", data: {} });
  await two.nextEvent("client-typing");
  one.send({ event: "pusher:ping", data: {} });
  await one.nextEvent("pusher:pong");
  await api.get("/channels");
  await api.get("/channels", {}, { secret: "wrong" });
  await fetch(`${server.url}/nothing`);

  const { status, contentType, value } = await scrape(metricsUrl);
  expect([status, contentType]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  const counts = (name: string, labels: Record<string, string> = {}) =>
    value(name, { application, ...labels });
  expect({
    connections: counts("resound_connections"),
    connects: counts("resound_connects_total"),
    public: counts("resound_channels", { kind: "public" }),
    private: counts("resound_channels", { kind: "private" }),
    presence: counts("resound_channels", { kind: "presence" }),
    subscriptions: counts("resound_subscriptions", { kind: "public" }),
    members: counts("resound_presence_members"),
    subscribes: counts("resound_messages_received_total", { kind: "subscribe" }),
    clientEvents: counts("resound_messages_received_total", { kind: "client_event" }),
    pings: counts("resound_messages_received_total", { kind: "ping" }),
    passedOn: counts("resound_client_events_total"),
    apiEvents: counts("resound_api_events_total"),
    // The member, the event and the client event: one, two and one receivers.
    publishes: counts("resound_publishes_total"),
    deliveries: counts("resound_deliveries_total"),
    unauthorized: counts("resound_refusals_total", { reason: "subscription_unauthorized" }),
    api: counts("resound_refusals_total", { reason: "api_unauthorized" }),
    unknown: value("resound_refusals_total", { application: "", reason: "api_not_found" }),
    events: value("resound_http_request_duration_seconds_count", {
      route: "/apps/:id/events",
      status: "200",
    }),
    asked: value("resound_http_request_duration_seconds_count", {
      route: "/apps/:id/channels",
      status: "200",
    }),
    refused: value("resound_http_request_duration_seconds_count", {
      route: "/apps/:id/channels",
      status: "401",
    }),
    none: value("resound_http_request_duration_seconds_count", { route: "none", status: "404" }),
    handshakes: value("resound_http_request_duration_seconds_count", { route: "/app/:key", status: "101" }),
    ready: value("resound_ready"),
  }).toEqual({
    connections: 2,
    connects: 2,
    public: 1,
    private: 0,
    presence: 1,
    subscriptions: 2,
    members: 2,
    subscribes: 5,
    clientEvents: 1,
    pings: 1,
    passedOn: 1,
    apiEvents: 2,
    publishes: 3,
    deliveries: 4,
    unauthorized: 1,
    api: 1,
    unknown: 1,
    events: 1,
    asked: 1,
    refused: 1,
    none: 1,
    handshakes: 2,
    ready: 1,
  });
  const memberAdded = one.received.find((frame) => frame.includes("member_added"))!;
  const typing = two.received.find((frame) => frame.includes("client-typing"))!;
  expect(counts("resound_sent_bytes_total", { kind: "channel" })).toBe(
    2 * Buffer.byteLength(event.raw) + Buffer.byteLength(memberAdded) + Buffer.byteLength(typing),
  );
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(Math.abs(value("process_start_time_seconds")! - Date.now() / 1000)).toBeLessThan(60);
});

test("each end of a connection has its reason", async () => {
  await using watched = await startWatched({
    env: { REVERB_APP_MAX_MESSAGE_SIZE: "1000", REVERB_DRAIN_SECONDS: "0.3" },
  });
  const { server, metricsUrl } = watched;
  const reasons = async (): Promise<Record<string, number | undefined>> => {
    const { value } = await scrape(metricsUrl);
    const names = ["client", "lost", "message_too_large", "terminated", "server_stopping"];
    return Object.fromEntries(
      names.map((reason) => [reason, value("resound_disconnects_total", { application, reason })]),
    );
  };
  const [polite, rude, large, user] = await Peer.connectAll(server, 4) as [Peer, Peer, Peer, Peer];
  await user.signIn('{"id":"7"}');
  polite.close(1000);
  rude.terminate();
  large.send("x".repeat(1001));
  await new ApiClient(server).post("/users/7/terminate_connections", {});
  await Promise.all([polite, rude, large, user].map(({ closed }) => closed));
  // The server hears of an end some time after the client has seen it.
  for (let count = 0; count < 4;) {
    count = Object.values(await reasons()).reduce<number>((sum, each) => sum + (each ?? 0), 0);
  }
  expect(await reasons()).toEqual({
    client: 1,
    lost: 1,
    message_too_large: 1,
    terminated: 1,
    server_stopping: 0,
  });
});

test("an application that is removed takes its series with it", async () => {
  const toml = (...ids: readonly string[]): string =>
    ids.map((id) => `[[apps]]\napp_id = "${id}"\nkey = "key-${id}"\nsecret = "s-${id}"\n`).join("\n");
  await using watched = await startWatched({
    files: { "resound.toml": toml("one", "two") },
    env: { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined },
  });
  const { server, metricsUrl } = watched;
  await using client = await Peer.connect(server, {
    application: { id: "two", key: "key-two", secret: "s-two" },
  });
  expect((await scrape(metricsUrl)).value("resound_connections", { application: "two" })).toBe(1);
  await Bun.write(`${server.directory}/resound.toml`, toml("one"));
  process.kill(server.pid, "SIGHUP");
  await client.closed;
  const { text, value } = await scrape(metricsUrl);
  expect(value("resound_connections", { application: "one" })).toBe(0);
  expect(text).not.toContain('application="two"');
});

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))(
  "metrics are answered while the server stops, and say that it is not ready",
  async () => {
    // A node that stops closes its clients one by one, since another can take them.
    await using cluster = await startCluster({ nodes: 2, env: { REVERB_DRAIN_SECONDS: "3600" } });
    const server = cluster.node(0), metricsUrl = await metricsUrlOf(server);
    // One is closed every 50 ms: most of them are still there when the metrics are asked for.
    const clients = await Peer.connectAll(server, 400);
    process.kill(server.pid, "SIGTERM");
    await Promise.race(clients.map(({ closed }) => closed));
    const { value } = await scrape(metricsUrl);
    expect([value("resound_ready"), value("resound_connections", { application })]).not.toContain(1);
    expect(value("resound_connections", { application })).toBeGreaterThan(0);
    expect(value("resound_disconnects_total", { application, reason: "server_stopping" })).toBeGreaterThan(0);
    await untilSecondSignal(server);
    expect(await server.stop()).toBe(0);
  },
);

test("only /metrics is there, for reading, and not on the clients' port", async () => {
  await using watched = await startWatched();
  const { server, metricsUrl } = watched;
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  expect((await fetch(new URL("/up", metricsUrl))).status).toBe(404);
  expect((await fetch(metricsUrl, { method: "POST" })).status).toBe(405);
  expect((await fetch(metricsUrl, { method: "HEAD" })).status).toBe(200);
});

/** Reads the metrics as a page would whose host name leads to this machine. */
async function askAs(metricsUrl: string, host: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(metricsUrl);
  const socket = await RawSocket.open({ host: hostname, port: Number(port) });
  const { status, body } = await socket.request(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  socket.end();
  return { status, text: body.toString() };
}

test("only requests for its own host names are answered, so that no web page can read it through a browser", async () => {
  await using watched = await startWatched({
    env: { REVERB_HOST: "ws.example.com", REVERB_METRICS_ALLOWED_HOSTS: "resound,*.monitoring.svc" },
  });
  const { server, metricsUrl } = watched, { port } = new URL(metricsUrl);
  const own = ["127.0.0.1", "10.9.8.7", "[::1]", "localhost", "ws.example.com", hostname(), "resound"];
  for (const host of [...own, "a.monitoring.svc"]) {
    expect([host, (await askAs(metricsUrl, `${host}:${port}`)).status]).toEqual([host, 200]);
  }
  const { status, text } = await askAs(metricsUrl, `evil.example:${port}`);
  expect([status, text]).toEqual([
    421,
    `This port of the metrics is not for the host "evil.example:${port}": it answers to its own names and to IP addresses. ` +
    "The operator can add the name to metrics.allowed_hosts (REVERB_METRICS_ALLOWED_HOSTS) where it is yours.\n",
  ]);
  expect(await server.output.waitFor("Refused: a request to the port of the metrics")).toContain(
    "(reason=host_not_allowed address=127.0.0.1)",
  );
  const { value } = await scrape(metricsUrl);
  expect(value("resound_refusals_total", { application: "", reason: "host_not_allowed" })).toBe(1);
});

test("a reload adds a host name", async () => {
  const config = (hosts: string): string =>
    `[server]\n[server.metrics]\nallowed_hosts = [${hosts}]\n[[apps]]\napp_id = "a"\nkey = "k"\nsecret = "s"\n`;
  await using watched = await startWatched({ files: { "resound.toml": config("") } });
  const { server, metricsUrl } = watched;
  expect((await askAs(metricsUrl, "resound")).status).toBe(421);
  await Bun.write(`${server.directory}/resound.toml`, config('"resound"'));
  process.kill(server.pid, "SIGHUP");
  await server.output.waitFor("was read again");
  expect((await askAs(metricsUrl, "resound")).status).toBe(200);
});

test.skipIf(skipWhen(process.platform === "win32", "Unix sockets: this is Windows"))(
  "metrics can be read through a Unix socket",
  async () => {
    const path = `${temporaryDirectory()}/metrics.sock`;
    await using server = await startServer({ env: { REVERB_METRICS_HOST: `unix:${path}` } });
    await server.output.waitFor(`Metrics: unix:${path}, at /metrics`);
    expect((await scrape("http://localhost/metrics", { unix: path })).value("resound_ready")).toBe(1);
  },
);

test("a taken metrics port ends the start with 1 and the ways out, and the clients' port is free", async () => {
  await using watched = await startWatched();
  const port = new URL(watched.metricsUrl).port;
  const { code, stdout, stderr } = await runResound(["start", "--host", "127.0.0.1", "--port", "0"], {
    env: { ...APPLICATION_ENV, REVERB_METRICS_PORT: port },
  });
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({
    code: 1,
    stdout: [],
    stderr: [
      `error   Cannot listen for metrics on 127.0.0.1:${port}: the port is taken. Stop what listens there, ` +
      "or choose another port with REVERB_METRICS_PORT.",
    ],
  });
});

const promtool = Bun.which("promtool");

test.skipIf(skipWhen(promtool === null, "Prometheus: promtool is not installed"))(
  "promtool finds nothing to complain about",
  async () => {
    await using watched = await startWatched();
    await using client = await Peer.connect(watched.server);
    await client.subscribe("news");
    await fetch(`${watched.server.url}/up`);
    const { text } = await scrape(watched.metricsUrl);
    const check = Bun.spawn([promtool!, "check", "metrics"], {
      stdin: new Response(text),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, errors, code] = await Promise.all([
      new Response(check.stdout).text(),
      new Response(check.stderr).text(),
      check.exited,
    ]);
    expect({ output, errors, code }).toEqual({ output: "", errors: "", code: 0 });
  },
);
