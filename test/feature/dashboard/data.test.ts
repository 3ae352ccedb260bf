import { describe, expect, test } from "bun:test";
import type { ChannelMembers, ChannelRow, ConnectionRow, Page } from "../../../src/dashboard/answers.ts";
import type { EntryBatch, WebhookFigures, Welcome } from "../../../src/dashboard/wire.ts";
import { AnsweringReceiver } from "../../support/answering-receiver.ts";
import { ApiClient } from "../../support/api-client.ts";
import { connect } from "../../support/socket-client.ts";
import { signChannel } from "../../support/sign-channel.ts";
import { REFUSAL_REASONS } from "../../../src/monitoring/refusal.ts";
import { DashboardClient, startWithDashboard } from "../../support/dashboard-client.ts";
import { useDashboard } from "../../support/use-server.ts";

const MEMBER = JSON.stringify({ user_id: "anna" });
const HOSTILE = "<img src=x onerror=alert(1)>";
const APPS = [{ id: "one", key: "key-one", secret: "secret-one" }, {
  id: "two",
  key: "key-two",
  secret: "secret-two",
}];
const TOML = APPS.map(({ id, key, secret }) =>
  `[[apps]]\napp_id = "${id}"\nkey = "${key}"\nsecret = "${secret}"\n`
).join("");

const server = useDashboard({ files: { "resound.toml": TOML } });

async function dashboardOf(number: 0 | 1): Promise<DashboardClient> {
  const client = new DashboardClient(server.dashboard);
  await client.signIn(APPS[number]!.key, APPS[number]!.secret);
  return client;
}

async function read<Answer>(client: DashboardClient, what: string): Promise<Answer> {
  return await (await client.get(what)).json() as Answer;
}

describe("the data of the dashboard", () => {
  test("channels, connections and members are those of the session's application", async () => {
    await using socket = await connect(server, {
      key: "key-one",
      headers: { Origin: "https://shop.example" },
    });
    const id = await socket.established();
    socket.send({ event: "pusher:subscribe", data: { channel: HOSTILE } });
    const member = JSON.stringify({
      user_id: "anna",
      user_info: { name: "Anna", auth: `k:${"ab".repeat(32)}` },
    });
    const auth = signChannel(APPS[0]!, id, "presence-room", member);
    socket.send({
      event: "pusher:subscribe",
      data: { channel: "presence-room", auth, channel_data: member },
    });
    await socket.nextEvent("pusher_internal:subscription_succeeded");
    await socket.nextEvent("pusher_internal:subscription_succeeded");

    const own = await dashboardOf(0);
    const channels = await read<Page<ChannelRow>>(own, "channels");
    expect(channels).toEqual({
      rows: [
        { name: HOSTILE, access: "public", cached: false, subscriptions: 1 },
        { name: "presence-room", access: "presence", cached: false, subscriptions: 1, users: 1 },
      ] as unknown as ChannelRow[],
      matching: 2,
      total: 2,
      offset: 0,
      where: "",
    });
    const found = await read<Page<ChannelRow>>(own, "channels?search=ROOM");
    expect([found.matching, found.rows[0]?.name]).toEqual([1, "presence-room"]);
    const connections = await read<Page<ConnectionRow>>(own, "connections?search=shop.ex");
    expect(connections.rows).toMatchObject([
      { id, address: "127.0.0.1", origin: "https://shop.example", user: "anna", channelCount: 2 },
    ]);
    const members = await read<ChannelMembers>(own, "members?channel=presence-room");
    expect([members.users, members.connections.map((each) => each.id)]).toEqual([["anna"], [id]]);
    expect(members).toMatchObject({
      userInfos: ['{"name":"Anna","auth":"…"}'],
      connectionCount: 1,
      scope: "",
      where: "",
    });

    const other = await dashboardOf(1);
    expect(await read<Page<ChannelRow>>(other, "channels")).toMatchObject({ rows: [], total: 0 });
    expect(await read<Page<ConnectionRow>>(other, "connections")).toMatchObject({ rows: [], total: 0 });
    expect((await other.get("members?channel=presence-room")).status).toBe(404);
    expect((await other.post("terminate", { user: "anna" })).status).toBe(200);
    await socket.expectSilence();
    expect((await own.post("terminate", { user: "anna" })).status).toBe(200);
    expect((await socket.closed).code).toBe(4009);
  });

  test("an event from the form is checked like one from the API, and reaches the subscribers", async () => {
    await using socket = await connect(server, { key: "key-one" });
    await socket.established();
    socket.send({ event: "pusher:subscribe", data: { channel: "orders" } });
    await socket.nextEvent("pusher_internal:subscription_succeeded");
    const client = await dashboardOf(0);
    const sent = await client.post("events", { name: "Shipped", channel: "orders", data: '{"id":1}' });
    expect([sent.status, await sent.json()]).toEqual([200, { receivers: 1, where: "", occupied: [] }]);
    expect(await socket.next()).toBe('{"event":"Shipped","data":"{\\"id\\":1}","channel":"orders"}');

    const faulty = { name: "", channel: "a\n", data: 5 };
    const answer = await client.post("events", faulty);
    const api = await new ApiClient(server, APPS[0]).post("/events", faulty);
    expect([answer.status, api.status]).toEqual([422, 422]);
    expect(await answer.json()).toEqual({
      error: Object.values(api.json() as Record<string, string[]>).flat().join(" "),
    });
    expect((await client.post("terminate", {})).status).toBe(422);
    expect((await client.post("events", { data: "x".repeat(20_000) })).status).toBe(413);
  });

  test("an event from the form to a channel without subscribers says so, and impossible names are refused", async () => {
    await using socket = await connect(server, { key: "key-one" });
    const id = await socket.established();
    for (const channel of [HOSTILE, "presence-like"]) {
      const auth = signChannel(APPS[0]!, id, channel, MEMBER);
      socket.send({ event: "pusher:subscribe", data: { channel, auth, channel_data: MEMBER } });
      await socket.nextEvent("pusher_internal:subscription_succeeded");
    }
    const client = await dashboardOf(0);
    const send = async (channel: string, name = "E"): Promise<unknown> => {
      return await (await client.post("events", { name, channel, data: "x" })).json();
    };
    expect(await send("like")).toEqual({ receivers: 0, where: "", occupied: ["presence-like"] });
    expect(await send("#server-to-user-7")).toEqual({ receivers: 0, where: "", occupied: [] });
    // Laravel could not send to it, but a client is subscribed.
    expect(await send(HOSTILE)).toMatchObject({ receivers: 1 });
    expect(await socket.next()).toContain('"event":"E"');
    for (
      const [channel, name, reason] of [
        ["#orders", "E", "starts with # is reserved"],
        ["x".repeat(201), "E", "no client can be subscribed to it"],
        ["my orders", "E", "no client is subscribed to this one"],
        ["orders/1", "E", "no client is subscribed to this one"],
        ["orders", "pusher:error", "begin with pusher: are those of the protocol"],
        ["orders", "pusher_internal:x", "begin with pusher_internal:"],
      ]
    ) {
      const answer = await client.post("events", { name, channel, data: "x" });
      expect([answer.status, (await answer.json() as { error: string }).error]).toEqual([
        422,
        expect.stringContaining(reason!),
      ]);
    }
    await socket.expectSilence();
  });

  test("each refusal has a likely cause and a remedy", async () => {
    const causes = await read<Record<string, { cause: string; remedy: string }>>(
      await dashboardOf(0),
      "refusal-causes",
    );
    expect(Object.keys(causes)).toEqual([...REFUSAL_REASONS]);
    expect(causes["subscription_unauthorized"]?.remedy).toContain("config:clear");
  });

  test("the stream has the activities of the application without secrets, and none of another", async () => {
    const client = await dashboardOf(0);
    const kinds: string[] = [];
    let payload: string | undefined;
    for await (const { event, data } of client.stream()) {
      if (event === "welcome") {
        const { nodes } = data as Welcome;
        expect(nodes).toMatchObject([{ state: "up", isThis: true, address: `127.0.0.1:${server.port}` }]);
        for (const { key } of [...APPS].reverse()) {
          const socket = await connect(server, { key });
          await socket.established();
          socket.send({ event: "pusher:subscribe", data: { channel: HOSTILE } });
          socket.send({
            event: "pusher:subscribe",
            data: { channel: "private-x", auth: `${key}:${"ab".repeat(32)}` },
          });
          await socket.nextEvent("pusher:subscription_error");
          await new ApiClient(server, APPS.find((each) => each.key === key)).trigger(HOSTILE, `E-${key}`, {
            auth: `k:${"ab".repeat(32)}`,
            html: "</script>",
          });
          await socket[Symbol.asyncDispose]();
        }
      }
      if (event !== "entries") continue;
      for (const entry of (data as EntryBatch).entries) {
        kinds.push(entry.kind);
        expect(JSON.stringify(entry)).not.toContain("key-two");
        expect(JSON.stringify(entry)).not.toContain("abab");
        if (entry.kind === "api-event") {
          expect([entry.event, entry.channel]).toEqual(["E-key-one", HOSTILE]);
          payload = entry.payload;
        }
      }
      if (kinds.includes("disconnected")) break;
    }
    expect(kinds).toEqual(["connected", "subscribed", "refused", "api-event", "disconnected"]);
    expect(payload).toBe('{"auth":"…","html":"</script>"}');
  });

  test("a page that is opened later gets what was before, with the subscribers of each event, and no other's", async () => {
    await using socket = await connect(server, { key: "key-one" });
    const id = await socket.established();
    socket.send({ event: "pusher:subscribe", data: { channel: "before" } });
    await socket.nextEvent("pusher_internal:subscription_succeeded");
    const api = new ApiClient(server, APPS[0]);
    await api.trigger("before", "Heard", "x");
    await api.trigger("nowhere-before", "Unheard", "x");
    const [own, other] = await Promise.all([dashboardOf(0), dashboardOf(1)]);
    const read = async (client: DashboardClient): Promise<Welcome> => {
      for await (const { data } of client.stream()) return data as Welcome;
      throw new Error("The stream has ended");
    };
    const { history } = await read(own);
    expect(history.find((entry) => entry.connection === id && entry.kind === "subscribed")?.channel).toBe(
      "before",
    );
    expect(
      history.filter(({ event }) => event?.endsWith("eard")).map((
        { event, receivers },
      ) => [event, receivers]),
    )
      .toEqual([["Heard", 1], ["Unheard", 0]]);
    expect(new Set(history.map((entry) => entry.id)).size).toBe(history.length);
    expect(JSON.stringify((await read(other)).history)).not.toContain("eard");
  });

  test(
    "URLs and counts of webhooks are sent without secrets, until the last webhook is removed",
    async () => {
      using receiver = new AnsweringReceiver();
      const toml = (webhooks: string): string =>
        `[[apps]]\napp_id = "one"\nkey = "key-one"\nsecret = "secret-one"\nwebhook_events = ["channel_occupied"]\n${webhooks}`;
      const url = `${receiver.url.replace("//", "//user:pass-word@")}/500?token=pass-word`;
      await using own = await startWithDashboard({
        files: { "resound.toml": toml(`webhooks = ["${url}"]\n`) },
      });
      const client = new DashboardClient(own.dashboard);
      await client.signIn(APPS[0]!.key, APPS[0]!.secret);
      const shown = `${receiver.url.replace("//", "//••••@")}/500?••••`;
      let failing: WebhookFigures | undefined, left: WebhookFigures | undefined;
      for await (const { event, data } of client.stream()) {
        expect(JSON.stringify(data)).not.toContain("pass-word");
        if (event === "welcome") {
          expect((data as Welcome).webhooks).toEqual({
            targets: [{ url: shown, events: ["channel_occupied"] }],
            ...{ accepted: 0, waiting: 0, dropped: 0, failures: 0 },
          });
          await using socket = await connect(own, { key: "key-one" });
          await socket.established();
          socket.send({ event: "pusher:subscribe", data: { channel: "orders" } });
          await receiver.request(0);
        }
        if (event !== "webhooks") continue;
        const figures = data as WebhookFigures;
        if (failing === undefined && figures.targets[0]?.failure !== undefined) {
          failing = figures;
          await Bun.write(`${own.directory}/resound.toml`, toml(""));
          process.kill(own.pid, "SIGHUP");
        }
        left = figures;
        if (figures.targets.length === 0) break;
      }
      expect(failing).toMatchObject({
        waiting: 1,
        targets: [{ failure: { url: shown, reason: "it answered 500" } }],
      });
      expect(left).toMatchObject({ targets: [], waiting: 0, dropped: 1 });
    },
  );

  test("figures come every second", async () => {
    const client = await dashboardOf(0);
    let samples = 0;
    for await (const { event, data } of client.stream()) {
      if (event !== "sample") continue;
      expect((data as number[]).length).toBe(7);
      if (++samples === 2) break;
    }
    expect(samples).toBe(2);
  });

  test("the number of open pages of one application is limited", async () => {
    const client = await dashboardOf(1);
    const streams = Array.from({ length: 20 }, () => client.stream());
    for (const stream of streams) expect((await stream.next()).value).toMatchObject({ event: "welcome" });
    expect((await client.get("stream")).status).toBe(429);
    for (const stream of streams) await stream.return(undefined);
  });
});

test("an application's sessions and streams end with it, and with its secret", async () => {
  await using own = await startWithDashboard({ files: { "resound.toml": TOML } });
  const clients = APPS.map(() => new DashboardClient(own.dashboard));
  await Promise.all(clients.map((client, index) => client.signIn(APPS[index]!.key, APPS[index]!.secret)));
  const ends = clients.map(async (client) => {
    const seen: string[] = [];
    for await (const { event } of client.stream()) {
      seen.push(event);
      if (event === "welcome") welcomed();
    }
    return seen.at(-1);
  });
  let waiting = clients.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  function welcomed(): void {
    if (--waiting === 0) resolve();
  }
  await promise;
  const [first = ""] = TOML.split("[[apps]]\n").slice(1);
  await Bun.write(`${own.directory}/resound.toml`, `[[apps]]\n${first.replace("secret-one", "rotated")}`);
  process.kill(own.pid, "SIGHUP");
  expect(await Promise.all(ends)).toEqual(["expired", "expired"]);
  for (const client of clients) expect((await client.get("session")).status).toBe(401);
});

test("a server that stops ends the streams of open pages with a message, and does not wait for them", async () => {
  const own = await startWithDashboard();
  const client = new DashboardClient(own.dashboard);
  await client.signIn();
  let last = "", stopped: Promise<number> | undefined;
  for await (const { event } of client.stream()) {
    last = event;
    if (event === "welcome") stopped = own.stop();
  }
  expect(last).toBe("stopping");
  expect(await stopped).toBe(0);
});
