import { expect, test } from "bun:test";
import { DIRECTORY_TOPIC } from "../../../src/hub/channels/topic.ts";
import { Connection } from "../../../src/hub/connections/connection.ts";
import { Log } from "../../../src/monitoring/log.ts";
import { openDirectory, type RunningDirectory } from "../../../src/server/open-directory.ts";
import { applicationConfig, FakeNetwork, FakeSocket } from "../../support/fake-hub.ts";
import { FakeDirectory } from "./directory/fake-source.ts";

/** A directory over a table in memory, with another node that hears what it tells. */
class Node {
  readonly told: Record<string, unknown>[] = [];
  readonly listened: string[] = [];
  readonly timers: { readonly milliseconds: number; readonly then: () => void }[] = [];
  readonly hubs = new FakeDirectory().hubs;
  readonly directory: RunningDirectory;
  /** How often the table was asked. */
  asked = 0;

  constructor() {
    const row = { app_id: "1", key: "k", secret: "s" };
    this.directory = openDirectory({
      kind: "database",
      connection: { kind: "sqlite", path: "/t.db" },
      table: "t",
      columns: {},
      pollSeconds: 0,
      ...{ cacheSeconds: 60, absentSeconds: 5, waitSeconds: 1.5, lookups: 8, maxMessageSize: 10_000 },
      defaults: { ...applicationConfig(), id: "", key: "", secret: "" },
    }, {
      runtime: {
        name: "fake",
        openSqlDatabase: () => ({
          run: () => {
            this.asked++;
            return Promise.resolve([row]);
          },
          close: () => Promise.resolve(),
        }),
      },
      hubs: this.hubs,
      cluster: {
        isShared: true,
        events: {
          publish: (topic, frame) => {
            expect(topic).toBe(DIRECTORY_TOPIC);
            this.told.push(JSON.parse(frame) as Record<string, unknown>);
          },
          publishCached: () => {},
          confirmed: () => undefined,
        },
        interest: { listen: (topic) => void this.listened.push(topic), release: () => {} },
      },
      webhooks: () => ({ follow() {}, forget() {} }) as never,
      log: new Log("text", () => {}, () => new Date(0)),
      ...{ monotonic: () => 0, wallClock: () => 0, random: () => 0.5 },
      timers: {
        after: (milliseconds, then) => {
          this.timers.push({ milliseconds, then });
          return () => {};
        },
        every: () => () => {},
      },
    })!;
  }

  /** The application is known, and has a client. */
  async serve(): Promise<void> {
    await this.directory.know(["1"]);
    const hub = this.hubs.byId("1")!;
    hub.connections.add(
      new Connection("1.1", hub.application, new FakeSocket(new FakeNetwork()), "192.0.2.1"),
    );
  }
}

test("it listens to what other nodes tell, and passes a push on", () => {
  const node = new Node();
  expect(node.listened).toEqual([DIRECTORY_TOPIC]);
  node.directory.refresh("7");
  node.directory.refresh();
  expect(node.told).toEqual([{ id: "7" }, {}]);
});

test("before its clients move it names their applications, and waits until another node knows them", async () => {
  const node = new Node();
  expect(await node.directory.announce()).toBe(true);
  expect(node.told).toEqual([]);
  await node.serve();
  let outcome: boolean | undefined;
  const announced = node.directory.announce().then((isKnown) => outcome = isKnown);
  expect(node.told).toEqual([{ know: ["1"], token: "0.5" }]);
  node.directory.receive('{"known":"another"}');
  await new Promise((resolve) => setImmediate(resolve));
  expect(outcome).toBeUndefined();
  node.directory.receive('{"known":"0.5"}');
  await announced;
  expect(outcome).toBe(true);
});

test("it waits for no answer for ever, and ends with false when the clients stay after all", async () => {
  const node = new Node();
  await node.serve();
  let hasEnded = false;
  const late = node.directory.announce().finally(() => hasEnded = true);
  while (!hasEnded) {
    node.timers.at(-1)!.then();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await late).toBe(true);
  // It was announced again and again, since the other node may not have listened yet.
  expect(node.told).toEqual(Array.from({ length: 20 }, () => ({ know: ["1"], token: "0.5" })));
  const given = node.directory.announce();
  node.directory.giveUp();
  expect(await given).toBe(false);
});

test("what another node announces is looked up, and then answered", async () => {
  const node = new Node();
  node.directory.receive('{"know":["1",7],"token":"t"}');
  for (let turn = 0; node.told.length === 0 && turn < 100; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(node.told).toEqual([{ known: "t" }]);
  expect(node.hubs.byId("1")?.application.key).toBe("k");
});

test("what is no message of a node is left alone", () => {
  const node = new Node();
  for (const text of ["", "[]", "null", '{"id":7}', '{"known":null}', '{"know":"1"}']) {
    node.directory.receive(text);
  }
  expect(node.told).toEqual([]);
});
