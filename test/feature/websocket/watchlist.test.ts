import { describe, expect, test } from "bun:test";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();

function changed(name: "online" | "offline", id: string): string {
  return `{"event":"pusher_internal:watchlist_events",` +
    `"data":"{\\"events\\":[{\\"name\\":\\"${name}\\",\\"user_ids\\":[\\"${id}\\"]}]}"}`;
}

function userData(id: string, watchlist: readonly string[]): string {
  return JSON.stringify({ id, watchlist });
}

describe("after the sign-in", () => {
  test("a watcher gets the users that are online and those that are offline", async () => {
    await using online = await Peer.connect(server);
    await using watcher = await Peer.connect(server);
    await online.signIn('{"id":"7"}');
    await watcher.signIn(userData("w", ["7", "8"]));
    expect(await watcher.next()).toBe(
      String
        .raw`{"event":"pusher_internal:watchlist_events","data":"{\"events\":[{\"name\":\"online\",\"user_ids\":[\"7\"]},{\"name\":\"offline\",\"user_ids\":[\"8\"]}]}"}`,
    );
    await watcher.expectSilence();
  });

  test("a list that would be empty is not sent, and users stand in the order of the watchlist, each once", async () => {
    await using watcher = await Peer.connect(server);
    await watcher.signIn(userData("w", ["b", "a", "b"]));
    expect(await watcher.next()).toBe(
      String
        .raw`{"event":"pusher_internal:watchlist_events","data":"{\"events\":[{\"name\":\"offline\",\"user_ids\":[\"b\",\"a\"]}]}"}`,
    );
    await watcher.expectSilence();
  });

  test("nothing is sent without a watchlist, or with an empty one", async () => {
    await using one = await Peer.connect(server);
    await using two = await Peer.connect(server);
    await one.signIn('{"id":"w"}');
    await one.expectSilence();
    await two.signIn(userData("w", []));
    await two.expectSilence();
  });

  test("a watcher may watch itself", async () => {
    await using watcher = await Peer.connect(server);
    await watcher.signIn(userData("self", ["self"]));
    expect(await watcher.next()).toBe(changed("online", "self"));
    await watcher.expectSilence();
  });
});

describe("from then on", () => {
  test("a watcher gets an event when a user comes online and when it goes offline", async () => {
    await using watcher = await Peer.connect(server);
    await watcher.signIn(userData("w", ["comes"]));
    expect(await watcher.next()).toBe(changed("offline", "comes"));
    for (const end of ["close", "terminate"] as const) {
      const user = await Peer.connect(server);
      await user.signIn('{"id":"comes"}');
      expect(await watcher.next()).toBe(changed("online", "comes"));
      await user[end]();
      expect(await watcher.next()).toBe(changed("offline", "comes"));
    }
    await watcher.expectSilence();
  });

  test("a user with several sockets comes with the first and goes with the last", async () => {
    await using watcher = await Peer.connect(server);
    const [one, two] = await Peer.connectAll(server, 2) as [Peer, Peer];
    await watcher.signIn(userData("w", ["tabs"]));
    await watcher.next();
    await one.signIn('{"id":"tabs"}');
    expect(await watcher.next()).toBe(changed("online", "tabs"));
    await two.signIn('{"id":"tabs"}');
    await two.signIn('{"id":"tabs"}');
    await watcher.expectSilence();
    await one.close();
    await two.expectSilence();
    await watcher.expectSilence();
    await two.close();
    expect(await watcher.next()).toBe(changed("offline", "tabs"));
  });

  test("a refused sign-in is not announced", async () => {
    await using watcher = await Peer.connect(server);
    await using user = await Peer.connect(server);
    await watcher.signIn(userData("w", ["first", "second"]));
    await watcher.next();
    await user.signIn('{"id":"first"}');
    expect(await watcher.next()).toBe(changed("online", "first"));
    await user.signIn('{"id":"second"}');
    await watcher.expectSilence();
  });

  test("every socket of a watcher gets events, for its own watchlist", async () => {
    const [one, two] = await Peer.connectAll(server, 2) as [Peer, Peer];
    await using user = await Peer.connect(server);
    await one.signIn(userData("w", ["there"]));
    await two.signIn(userData("w", ["elsewhere"]));
    await one.next();
    await two.next();
    await user.signIn('{"id":"there"}');
    expect(await one.next()).toBe(changed("online", "there"));
    await two.expectSilence();
    await Promise.all([one.close(), two.close()]);
  });

  test("two users may watch each other", async () => {
    await using ann = await Peer.connect(server);
    await using ben = await Peer.connect(server);
    await ann.signIn(userData("ann", ["ben"]));
    expect(await ann.next()).toBe(changed("offline", "ben"));
    await ben.signIn(userData("ben", ["ann"]));
    expect(await ben.next()).toBe(changed("online", "ann"));
    expect(await ann.next()).toBe(changed("online", "ben"));
    await ben.close();
    expect(await ann.next()).toBe(changed("offline", "ben"));
  });
});

test("of a watchlist with more than 100 users the first 100 are watched, and error 4302 names them", async () => {
  await using watcher = await Peer.connect(server);
  await using within = await Peer.connect(server);
  await using beyond = await Peer.connect(server);
  const ids = Array.from({ length: 101 }, (_, n) => `u${n}`);
  const accepted = ids.slice(0, 100);
  const data = userData("w", ids);
  expect(await watcher.signIn(data)).toBe(
    `{"event":"pusher:signin_success","data":{"user_data":${JSON.stringify(data)}}}`,
  );
  expect(await watcher.next()).toBe(
    `{"event":"pusher:error","data":"{\\"code\\":4302,\\"message\\":\\"The watchlist holds more than 100 users; ` +
      `only these are watched: ${accepted.join(", ")}\\"}"}`,
  );
  expect(await watcher.next()).toBe(
    `{"event":"pusher_internal:watchlist_events","data":"{\\"events\\":[{\\"name\\":\\"offline\\",` +
      `\\"user_ids\\":[${accepted.map((id) => `\\"${id}\\"`).join(",")}]}]}"}`,
  );
  await beyond.signIn('{"id":"u100"}');
  await within.signIn('{"id":"u99"}');
  expect(await watcher.next()).toBe(changed("online", "u99"));
  await watcher.expectSilence();
});
