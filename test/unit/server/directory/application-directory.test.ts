import { expect, test } from "bun:test";
import { FakeDirectory } from "./fake-source.ts";

test("an application is looked up when it is first named, and known by key and id from then on", async () => {
  const fake = new FakeDirectory(), { source, hubs } = fake;
  source.has({ id: "1" });
  expect(await fake.comes("key-1")).toBe("settled");
  expect(hubs.byKey("key-1")).toBe(fake.hub("1"));
  expect(await fake.comes("key-1")).toBe("known");
  expect(fake.directory.await({ by: "id", value: "1" }, "192.0.2.1")).toBeUndefined();
  expect(source.asked).toEqual(["key key-1"]);
});

test("many that name the same application at once make one question", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => fake.comes("key-1")));
  expect(new Set(outcomes)).toEqual(new Set(["settled"]));
  expect(source.asked).toEqual(["key key-1"]);
});

test("a name that belongs to no application is asked for again after absent_seconds, and known as soon as it is there", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  expect(await fake.comes("key-1")).toBe("settled");
  expect(fake.hubs.byKey("key-1")).toBeUndefined();
  source.has({ id: "1" });
  await fake.pass(4.75);
  expect(await fake.comes("key-1")).toBe("known");
  await fake.pass(0.5);
  expect(await fake.comes("key-1")).toBe("settled");
  expect(fake.hubs.byKey("key-1")).toBe(fake.hub("1"));
  expect(source.asked).toEqual(["key key-1", "key key-1"]);
});

test("what no setting allows as a name is not asked for", async () => {
  const fake = new FakeDirectory();
  for (const name of ["a b", "a/b", "a?b", "a#b", "a\0b", "x".repeat(256)]) {
    expect(await fake.comes(name)).toBe("known");
  }
  expect(fake.source.asked).toEqual([]);
});

test("a database that ignores case finds no application for a key in other letters", async () => {
  const fake = new FakeDirectory();
  fake.source.find = ({ value }) =>
    Promise.resolve(value === "KEY-1" ? fake.source.applications.get("1") : undefined);
  fake.source.has({ id: "1" });
  await fake.comes("KEY-1");
  expect(fake.hubs.byKey("KEY-1")).toBeUndefined();
  expect(fake.hubs.byId("1")).toBeUndefined();
});

test("one that is used is asked for before it expires; one that is not waits for the next use", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "used" });
  source.has({ id: "idle" });
  await fake.comes("key-used");
  await fake.comes("key-idle");
  fake.connect("used");
  source.has({ id: "used", activityTimeout: 7 });
  source.has({ id: "idle", activityTimeout: 7 });
  await fake.pass(61);
  expect(fake.hub("used").application.settings.activityTimeout).toBe(7);
  expect(fake.hub("idle").application.settings.activityTimeout).toBe(30);
  expect(await fake.comes("key-used")).toBe("known");
  expect(await fake.comes("key-idle")).toBe("settled");
  expect(fake.hub("idle").application.settings.activityTimeout).toBe(7);
});

test("an answer that says for how long it counts is believed", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" }, 2);
  await fake.comes("key-1");
  await fake.pass(2.25);
  expect(await fake.comes("key-1")).toBe("settled");
});

test("an answer that counts for a second is asked for about once a second, and no more often", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" }, 1);
  await fake.comes("key-1");
  fake.connect("1");
  await fake.pass(10);
  expect(source.asked.length).toBeWithin(9, 16);
});

test("the server's own maximum caps max_message_size", async () => {
  const fake = new FakeDirectory();
  fake.source.has({ id: "1", maxMessageSize: 1_000_000 });
  await fake.comes("key-1");
  expect(fake.hub("1").application.settings.maxMessageSize).toBe(50_000);
});

test("a new key takes the place of the old one, and clients stay", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  const socket = fake.connect("1");
  source.has({ id: "1", key: "other" });
  fake.directory.refresh("1");
  await fake.pass(1);
  expect([fake.hubs.byKey("other")?.application.id, fake.hubs.byKey("key-1")]).toEqual(["1", undefined]);
  expect(socket.closed).toBeUndefined();
});

test("a push is in effect at once: changes, new ones and a name that did not exist", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  await fake.comes("key-2");
  fake.connect("1");
  source.has({ id: "1", activityTimeout: 9 });
  source.has({ id: "2" });
  fake.directory.refresh();
  await fake.pass(0.25);
  expect(fake.hub("1").application.settings.activityTimeout).toBe(9);
  expect(await fake.comes("key-2")).toBe("settled");
  expect(fake.hub("2").application.key).toBe("key-2");
});

test("clients of an application that is gone or disabled are closed when the source has said so twice; the others stay", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  const sockets = new Map<string, ReturnType<FakeDirectory["connect"]>>();
  for (const id of ["gone", "disabled", "stays"]) {
    source.has({ id });
    await fake.comes(`key-${id}`);
    sockets.set(id, fake.connect(id));
  }
  source.applications.delete("gone");
  source.has({ id: "disabled", enabled: false });
  fake.directory.refresh();
  await fake.pass(4.75);
  expect([...sockets.values()].map(({ closed }) => closed)).toEqual([undefined, undefined, undefined]);
  await fake.pass(1);
  expect([...sockets].map(([id, { closed }]) => [id, closed?.code])).toEqual([
    ["gone", 4001],
    ["disabled", 4003],
    ["stays", undefined],
  ]);
  expect(source.asked.filter((name) => name === "id gone")).toHaveLength(2);
});

test("an application that was missing for a moment is not disturbed", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  const socket = fake.connect("1");
  source.applications.clear();
  fake.directory.refresh("1");
  await fake.pass(3);
  source.has({ id: "1" });
  await fake.pass(70);
  expect(socket.closed).toBeUndefined();
});

test("a source that is away when it is asked again closes nothing, however long that takes", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  const socket = fake.connect("1");
  source.applications.clear();
  fake.directory.refresh("1");
  await fake.pass(2);
  source.isAway = true;
  await fake.pass(60);
  expect(socket.closed).toBeUndefined();
  source.isAway = false;
  await fake.pass(6);
  expect(socket.closed?.code).toBe(4001);
});

test("where a source cannot say that it has nothing at all, and knows none of its applications, nothing is closed", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.seesEmpty = false;
  const sockets = [];
  for (const id of ["1", "2"]) {
    source.has({ id });
    await fake.comes(`key-${id}`);
    sockets.push(fake.connect(id));
  }
  source.applications.clear();
  fake.directory.refresh();
  await fake.pass(30);
  expect(sockets.map(({ closed }) => closed)).toEqual([undefined, undefined]);
  expect(fake.directory.state.isAway).toBe(true);
  source.has({ id: "2" });
  await fake.pass(10);
  expect(sockets.map(({ closed }) => closed?.code)).toEqual([4001, undefined]);
});

test("one without clients goes at once when the source does not know it any more", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  source.applications.clear();
  fake.directory.refresh("1");
  await fake.pass(0.25);
  expect(fake.hubs.byKey("key-1")).toBeUndefined();
});

test("one that was not used for an hour is forgotten, one with a client is not", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  for (const id of ["idle", "used"]) {
    source.has({ id });
    await fake.comes(`key-${id}`);
  }
  fake.connect("used");
  await fake.pass(3601);
  expect([...fake.directory.known.keys()]).toEqual(["used"]);
  expect(fake.hubs.byId("idle")).toBeUndefined();
});
