import { expect, test } from "bun:test";
import { watchersTopic } from "../../../../src/hub/channels/topic.ts";
import { FakeHub } from "../../../support/fake-hub.ts";

test("a user is online from the first of its connections to the last, and both changes are announced to its watchers", () => {
  const fake = new FakeHub(), { users } = fake.hub;
  const one = fake.connect().connection, two = fake.connect().connection, watcher = fake.connect();
  let seen: boolean[] = [];
  users.watch(["7", "8"], (watched) => seen = watched.map((user) => user.isOnline));
  watcher.socket.subscribe(watchersTopic("app-id", "7"));
  expect(seen).toEqual([false, false]);

  let ready = 0;
  users.signedIn("7", one, () => ready++);
  users.signedIn("7", two, () => ready++);
  users.signedOut("7", one);
  users.signedOut("7", one);
  users.signedOut("8", two);
  expect([ready, users.find("7")?.isOnline]).toEqual([2, true]);
  users.signedOut("7", two);
  expect(users.find("7")?.isOnline).toBeFalse();
  expect(watcher.socket.take().map((frame) => /online|offline/.exec(frame)?.[0])).toEqual([
    "online",
    "offline",
  ]);

  users.unwatch(["7", "8"]);
  expect([users.find("7"), users.find("8")]).toEqual([undefined, undefined]);
});
