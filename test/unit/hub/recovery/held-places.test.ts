import { expect, test } from "bun:test";
import { channelUsers, occupiedChannels } from "../../../../src/hub/census.ts";
import { terminateUser } from "../../../../src/hub/terminate-user.ts";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

const CHANNEL = "presence-room";

/** Two members of one channel, one of whom watches the other. */
function room(holdSeconds = 15) {
  const hub = new RecoveringHub({ holdSeconds });
  const watcher = new RecoveringPage(hub, [CHANNEL], { userId: "watcher" });
  const member = new RecoveringPage(hub, [CHANNEL], { userId: "member" });
  for (const page of [watcher, member]) {
    page.connect();
    page.read();
  }
  watcher.read();
  watcher.frames.length = 0;
  const heard = (): string[] => {
    watcher.read();
    return watcher.frames.splice(0).map((frame) => (JSON.parse(frame) as { event: string }).event);
  };
  const present = (): unknown => channelUsers(hub.fake.hub, CHANNEL);
  return { hub, watcher, member, heard, present };
}

test("the others hear nothing when a member is cut off and comes back in time", () => {
  const { hub, member, heard, present } = room();
  member.end();
  expect(present()).toEqual(['"watcher"', '"member"']);
  hub.advance(14_000);
  member.connect();
  member.read();
  hub.advance(60_000);
  expect(heard()).toEqual([]);
  expect(present()).toEqual(['"watcher"', '"member"']);
  member.end(1001);
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
});

test("a member that does not come back leaves after its time", () => {
  const { hub, member, heard, present } = room();
  member.end();
  hub.advance(14_900);
  expect(heard()).toEqual([]);
  hub.advance(200);
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
  expect(present()).toEqual(['"watcher"']);
});

test.each([[1000], [1001]])("a member that closes with %d leaves at once", (code) => {
  const { member, heard } = room();
  member.end(code);
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
});

test("with hold_seconds of 0 a member leaves at once", () => {
  const { member, heard } = room(0);
  member.end();
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
});

test("a member that is cut off and then terminated leaves at once, and is sent nothing again", () => {
  const { hub, member, heard } = room();
  member.end();
  hub.publish(CHANNEL);
  terminateUser(hub.fake.hub, "member");
  expect(heard()).toEqual(["n", "pusher_internal:member_removed"]);
  member.connect();
  member.read();
  expect(member.received.get(CHANNEL)).toEqual([]);
});

test("a held member is in the list of users, and keeps no channel occupied", () => {
  const { hub, watcher, member, present } = room();
  member.end();
  watcher.end(1000);
  expect(present()).toEqual(['"member"']);
  expect(hub.fake.hub.channels.find(CHANNEL)?.totalCount).toBe(0);
  expect(occupiedChannels(hub.fake.hub, "", new Set())).toEqual(new Map());
  hub.advance(16_000);
  expect(present()).toEqual([]);
  expect(hub.fake.hub.channels.size).toBe(0);
});

test("a member that is cut off again before its first answer keeps its place", () => {
  const { hub, member, heard, present } = room();
  member.end();
  hub.advance(1000);
  member.connect();
  member.end();
  hub.advance(14_000);
  member.connect();
  member.read();
  hub.advance(30_000);
  expect(heard()).toEqual([]);
  expect(present()).toEqual(['"watcher"', '"member"']);
  member.end();
  hub.advance(16_000);
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
});

test("of two tabs that were cut off, the one that has come back gives up one place", () => {
  const { hub, heard, present } = room(), jar = new Set<string>();
  const tabs = [1, 2].map(() => new RecoveringPage(hub, [CHANNEL], { jar, userId: "tabs" }));
  for (const tab of tabs) {
    tab.connect();
    // The first one is asked whether it is alive, and the second one waits for its answer.
    for (const each of tabs) each.read();
  }
  expect(heard()).toEqual(["pusher_internal:member_added"]);
  for (const tab of tabs) tab.end();
  tabs[0]!.connect();
  tabs[0]!.read();
  tabs[0]!.end(1001);
  expect(present()).toContain('"tabs"');
  hub.advance(16_000);
  expect(heard()).toEqual(["pusher_internal:member_removed"]);
});

test("another user on the same jar does not take a member's place over", () => {
  const hub = new RecoveringHub(), jar = new Set<string>();
  const [first, second] = ["1", "2"].map((userId) => new RecoveringPage(hub, [CHANNEL], { jar, userId }));
  first!.connect();
  first!.read();
  first!.end();
  second!.connect();
  second!.read();
  expect(channelUsers(hub.fake.hub, CHANNEL)).toEqual(['"1"', '"2"']);
  hub.advance(16_000);
  expect(channelUsers(hub.fake.hub, CHANNEL)).toEqual(['"2"']);
});
