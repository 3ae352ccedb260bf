import { expect, test } from "bun:test";
import { UnusableApplication } from "../../../../src/hub/applications/application-source.ts";
import { FakeDirectory } from "./fake-source.ts";

test("while the source is away, what is known goes on and others are told to come back after wait_seconds", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  await fake.comes("key-1");
  const socket = fake.connect("1");
  source.isAway = true;
  const outcomes: string[] = [];
  void fake.comes("key-2").then((outcome) => outcomes.push(outcome));
  await fake.pass(1.25);
  expect(outcomes).toEqual([]);
  await fake.pass(0.5);
  expect(outcomes).toEqual(["away"]);
  await fake.pass(120);
  expect(await fake.comes("key-1")).toBe("known");
  expect(socket.closed).toBeUndefined();
});

test("a source that is back within the wait is not noticed by a client", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.has({ id: "1" });
  source.isAway = true;
  const outcome = fake.comes("key-1");
  await fake.pass(0.75);
  source.isAway = false;
  await fake.pass(0.5);
  expect(await outcome).toBe("settled");
  expect(fake.hub("1").application.key).toBe("key-1");
});

test("an outage and its end are logged once each, and it ends without a caller", async () => {
  const fake = new FakeDirectory(), { source } = fake;
  source.isAway = true;
  for (let n = 0; n < 5; n++) void fake.comes(`key-${n}`);
  await fake.pass(3);
  expect(fake.directory.state.isAway).toBe(true);
  expect(fake.counters.failed).toBeGreaterThan(1);
  source.isAway = false;
  await fake.pass(2);
  expect(fake.directory.state.isAway).toBe(false);
  expect(fake.log).toEqual([
    expect.stringContaining("Applications cannot be looked up: the fake source is away (it is switched off)"),
    expect.stringContaining("Applications can be looked up again: the fake source answers"),
  ]);
});

test("a flood of made-up keys waits in a bounded queue, asks a few questions at once, and keeps nothing", async () => {
  const fake = new FakeDirectory({ lookups: 4 }), { source } = fake;
  const gate = Promise.withResolvers<void>();
  source.gate = gate.promise;
  const flood = Array.from({ length: 20_000 }, (_, n) => fake.comes(`made-up-${n}`, "192.0.2.66"));
  await new Promise((resolve) => setImmediate(resolve));
  source.has({ id: "1" });
  const honest = fake.comes("key-1", "192.0.2.1");
  gate.resolve();
  expect(await honest).toBe("settled");
  const outcomes = await Promise.all(flood);
  expect(outcomes.filter((outcome) => outcome === "crowded").length).toBeGreaterThan(18_000);
  expect(source.most).toBe(4);
  expect(source.asked.length).toBeLessThan(1200);
  // Networks take turns, so that the honest client does not wait for the flood.
  expect(source.asked.indexOf("key key-1")).toBeLessThan(8);
  expect(fake.directory.known.size).toBe(1);
});

test("an application that cannot be used is named once; what is known of it goes on", async () => {
  const fake = new FakeDirectory(), { source } = fake, find = source.find.bind(source);
  source.has({ id: "1" });
  await fake.comes("key-1");
  const socket = fake.connect("1");
  source.find = () => Promise.reject(new UnusableApplication("allowed_origins: expected a list"));
  for (let n = 0; n < 3; n++) {
    fake.directory.refresh("1");
    await fake.pass(1);
  }
  expect(socket.closed).toBeUndefined();
  expect(fake.directory.state.isAway).toBe(false);
  expect(fake.log.filter((line) => line.includes("cannot be used, and it goes on as it was"))).toHaveLength(
    1,
  );
  source.find = find;
  fake.directory.refresh("1");
  await fake.pass(1);
  expect(await fake.comes("key-1")).toBe("known");
});
