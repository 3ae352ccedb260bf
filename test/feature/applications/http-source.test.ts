import { afterAll, describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { ApplicationAddress } from "../../support/application-address.ts";
import { DashboardClient } from "../../support/dashboard-client.ts";
import { connect } from "../../support/socket-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { runResound } from "../../support/run-resound.ts";
import { useDashboard, useServer } from "../../support/use-server.ts";

const address = new ApplicationAddress();
afterAll(() => address[Symbol.asyncDispose]());
const env = { ...address.env, REVERB_APPS_ABSENT_SECONDS: "0" };
// On a busy machine an answer may take long, and that is no fault here.
const server = useDashboard({ env: { ...env, REVERB_APPS_WAIT_SECONDS: "20" } });

function error(code: number, message: string): string {
  return `{"event":"pusher:error","data":"{\\"code\\":${code},\\"message\\":\\"${message}\\"}"}`;
}

test("an application is looked up when a client or a call names it first, and serves like a configured one", async () => {
  const application = address.add("first", { activity_timeout: 17 });
  await using client = await connect(server, { key: application.key });
  expect(await client.next()).toEndWith(String.raw`,\"activity_timeout\":17}"}`);
  client.send({ event: "pusher:subscribe", data: { channel: "news" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  expect((await new ApiClient(server, application).trigger("news", "e", "x")).status).toBe(200);
  expect((await client.nextEvent("e")).data).toBe("x");
  expect(address.asked).toEqual(["key=key-first"]);
});

test("a call finds it by its id, and messages of a client that does not wait for the greeting are kept", async () => {
  const application = address.add("called");
  expect((await new ApiClient(server, application).get("/channels")).text).toBe('{"channels":{}}');
  expect(address.asked).toContain("id=called");
  const other = address.add("early");
  await using client = await connect(server, { key: other.key });
  client.send({ event: "pusher:ping", data: {} });
  await client.established();
  expect(await client.next()).toBe('{"event":"pusher:pong"}');
});

test("a name that belongs to no application is refused, until there is one", async () => {
  await using client = await connect(server, { key: "key-late" });
  expect(await client.next()).toBe(error(4001, "Application does not exist"));
  expect((await client.closed).code).toBe(4001);
  const call = new ApiClient(server, { id: "late", key: "key-late", secret: "secret-late" });
  expect((await call.get("/channels")).status).toBe(404);
  address.add("late");
  await using late = await connect(server, { key: "key-late" });
  await late.established();
  expect((await call.get("/channels")).status).toBe(200);
});

test("limits and origins change while clients stay, as soon as Cache-Control allows", async () => {
  address.cacheControl = "max-age=1";
  const application = address.add("changing", { max_message_size: 5000 });
  await using peer = await Peer.connect(server, { application });
  address.add("changing", { max_message_size: 100, allowed_origins: ["a.test"] });
  await eventually(
    async () => {
      await using other = await connect(server, { key: application.key });
      return await other.next();
    },
    (frame) => frame === error(4009, "Origin not allowed"),
  );
  peer.send("x".repeat(101));
  expect((await peer.closed).code).toBe(1009);
  address.cacheControl = "no-cache, private";
});

test("the dashboard can be signed in to with an application that no client has named", async () => {
  const { key, secret } = address.add("shown"), client = new DashboardClient(server.dashboard);
  expect((await client.signIn(key, "wrong")).status).toBe(401);
  expect((await client.signIn(key, secret)).status).toBe(303);
});

test("doctor asks the address for the application of .env, and says why it cannot", async () => {
  const { key } = address.add("examined");
  const examine = async (env: Readonly<Record<string, string>>): Promise<string | undefined> => {
    const { stdout } = await runResound(["doctor"], { env: { ...address.env, ...env } });
    return stdout.find((line) => /^\w+ +applications /.test(line));
  };
  expect(await examine({ REVERB_APP_KEY: key })).toContain(
    "answers, and has the application with the key of REVERB_APP_KEY",
  );
  expect(await examine({ REVERB_APP_KEY: "key-other" })).toContain(
    "has no application with the key key-other",
  );
  expect(await examine({ APP_KEY: "wrong" })).toContain("cannot be asked for applications: it answers 403");
});

describe("while the address fails", () => {
  const hasty = useServer({ env: { ...env, REVERB_APPS_WAIT_SECONDS: "0.3" } });

  /** Waits until an application can be connected to: each attempt waits for 0.3 s alone. */
  async function whenKnown(key: string): Promise<void> {
    await eventually(async () => {
      await using client = await connect(hasty, { key });
      return (await client.next()).includes("connection_established");
    });
  }

  test("clients that are known go on and others are told to come back", async () => {
    const known = address.add("known"), unknown = address.add("unknown");
    await whenKnown(known.key);
    await using peer = await Peer.connect(hasty, { application: known });
    await peer.subscribe("news");
    address.isBroken = true;
    await using client = await connect(hasty, { key: unknown.key });
    const call = new ApiClient(hasty, unknown).get("/channels");
    expect(await client.next()).toBe(error(4100, "The application cannot be looked up now"));
    expect((await client.closed).code).toBe(4100);
    const answer = await call;
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
    // Both have waited as long as they may; the answer of the address may come later.
    const ready = async (): Promise<[number, unknown]> => {
      const answer = await fetch(`${hasty.url}/up?ready`);
      return [answer.status, await answer.json()];
    };
    const away = [200, { health: "OK", ready: true, degraded: ["applications_away"] }];
    await eventually(ready, (seen) => Bun.deepEquals(seen, away));
    expect((await new ApiClient(hasty, known).trigger("news", "e", "y")).status).toBe(200);
    expect(await peer.next()).toBe('{"event":"e","data":"y","channel":"news"}');
    await using another = await Peer.connect(hasty, { application: known });
    await another.expectSilence();

    address.isBroken = false;
    await hasty.output.waitFor("Applications can be looked up again");
    await whenKnown(unknown.key);
    expect(await ready()).toEqual([200, { health: "OK", ready: true }]);
  });
});
