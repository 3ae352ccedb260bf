import { expect, test } from "bun:test";
import { WatchedApplication, webhook } from "./watched-application.ts";

const FLOOD = 5000;

function client(number: number) {
  return { id: `${number}.1`, address: `192.0.2.${number}`, userId: undefined, closing: false };
}

/** The events of legitimate clients that were accepted: those of channels whose names begin with `shop` behind their prefix. */
function legitimate(watched: WatchedApplication): string[] {
  return watched.receiver.events.flatMap((event) =>
    /(?:^|-)shop/.test(event.channel) ? [`${event.name} ${event.channel}`] : []
  );
}

/** What 20 clients cause while another one floods: each is subscribed to channels of all three kinds. */
function useShop(watched: WatchedApplication, flood: (number: number) => void): string[] {
  const expected: string[] = [];
  let flooded = 0;
  for (let number = 1; number <= 20; number++) {
    const cause = client(number);
    for (const channel of [`shop-${number}`, `private-shop-${number}`, `presence-shop-${number}`]) {
      watched.webhooks.occupied(channel, false, cause);
      expected.push(`channel_occupied ${channel}`);
    }
    watched.webhooks.memberAdded(`presence-shop-${number}`, String(number), false);
    expected.push(`member_added presence-shop-${number}`);
    while (flooded < FLOOD * number / 20) flood(flooded++);
  }
  return expected;
}

const FLOODS = [
  [
    "subscribes to channels without an end",
    (watched: WatchedApplication) => (number: number) =>
      watched.webhooks.occupied(`flood-${number}`, false, { ...client(99), id: "99.1" }),
  ],
  [
    "subscribes at the address of all others",
    (watched: WatchedApplication) => (number: number) =>
      watched.webhooks.occupied(`flood-${number}`, false, { ...client(1), id: "99.1" }),
  ],
  [
    "comes over hundreds of connections",
    (watched: WatchedApplication) => (number: number) =>
      watched.webhooks.occupied(`flood-${number}`, false, { ...client(99), id: `99.${number % 500}` }),
  ],
  [
    "is a user that the application knows",
    (watched: WatchedApplication) => (number: number) => watched.event("private-flood", `${number}`, "99.1"),
  ],
  [
    "joins and leaves as a user",
    (watched: WatchedApplication) => (number: number) => {
      watched.webhooks.memberAdded(`presence-flood-${number}`, "99", false);
    },
  ],
] as const;

test.each(FLOODS)("a client that %s costs others no event, also over a restart", async (_what, flood) => {
  const watched = new WatchedApplication([webhook()], { queueMaxEvents: 1000 });
  watched.receiver.always = "refuse";
  const expected = useShop(watched, flood(watched));
  await watched.clock.pass(1000);
  watched.restart();
  const more = useShop(watched, flood(watched));
  watched.receiver.recover();
  await watched.clock.pass(120_000);
  expect(legitimate(watched).sort()).toEqual([...expected, ...more].sort());
  const { queued, events } = watched.application.counters.webhooks!;
  expect([queued, events.queue_full, events.expired]).toEqual([0, 0, 0]);
  expect(events.over_share).toBeGreaterThan(FLOOD);
});

test("the log names the client that has caused more than its share", async () => {
  const watched = new WatchedApplication([webhook()], { queueMaxEvents: 100, batchEvents: 1 });
  watched.receiver.always = "refuse";
  useShop(watched, FLOODS[0][1](watched));
  await watched.clock.pass(11_000);
  expect(watched.log.filter((line) => line.includes("were dropped")).at(-1)).toMatch(
    /the application will not receive them, \d+ of them because one client has caused more than its share of the events that wait \(application=app-id events=\d+ connection=99.1 address=192.0.2.99\)$/,
  );
});

test("what any client can cause gives way before what needs a signature, up to an eighth for one client", async () => {
  const watched = new WatchedApplication([webhook()], { queueMaxEvents: 80, batchEvents: 1 });
  watched.receiver.always = "refuse";
  for (let number = 0; number < 4; number++) {
    watched.webhooks.occupied(`under-way-${number}`, false, undefined);
  }
  for (let number = 0; number < 76; number++) {
    watched.webhooks.occupied(`public-${number}`, false, client(number));
  }
  // Each of 50 clients has caused more than any client that has no signature.
  for (let number = 100; number < 150; number++) {
    watched.webhooks.occupied(`private-a-${number}`, false, client(number));
    watched.webhooks.occupied(`private-b-${number}`, false, client(number));
  }
  watched.receiver.recover();
  await watched.clock.pass(60_000);
  const channels = watched.receiver.events.map(({ channel }) => channel);
  expect(channels.filter((channel) => channel.startsWith("public-"))).toEqual([]);
  expect(channels.filter((channel) => channel.startsWith("private-")).length).toBe(76);
});
