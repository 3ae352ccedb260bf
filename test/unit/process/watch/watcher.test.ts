import { expect, test } from "bun:test";
import type { Hub } from "../../../../src/hub/hub.ts";
import type { WatchFilter } from "../../../../src/process/watch/watch-filter.ts";
import { QUEUE_LENGTH, Watcher } from "../../../../src/process/watch/watcher.ts";

/** A watcher whose pauses end when the test says so. */
function newWatcher(filter: WatchFilter, hub?: unknown) {
  const sent: Record<string, unknown>[] = [], pauses: (() => void)[] = [];
  const state = { takesMore: true };
  const watcher = new Watcher({
    filter,
    send: (text) => {
      sent.push(...text.trim().split("\n").map((line) => JSON.parse(line)));
      return state.takesMore;
    },
    hubById: () => hub as Hub | undefined,
    now: () => new Date(0),
    delay: (_, call) => pauses.push(call),
    worker: undefined,
  });
  const event = (name: string): void =>
    watcher.take({ kind: "api-event", channel: "news", event: name, data: '"1"', receivers: 1 }, "a");
  const pass = async (): Promise<void> => {
    for (const call of pauses.splice(0)) call();
    // What a flush asks the other nodes is answered within microtasks.
    await Bun.sleep(0);
  };
  return { watcher, sent, event, pass, state, pauses };
}

test("lines that come within a pause are sent together, with the subscribers of all nodes", async () => {
  const asked: string[] = [];
  const questions = {
    subscriptions: (_: string, channel: string) => {
      asked.push(channel);
      return Promise.resolve(4);
    },
  };
  const hub = { application: { id: "a" }, cluster: { isShared: true, questions } };
  const { event, sent, pass } = newWatcher({}, hub);
  event("one");
  event("two");
  expect(sent).toEqual([]);
  await pass();
  expect(sent).toMatchObject([{ event: "one", receivers: 5 }, { event: "two", receivers: 5 }]);
  expect(asked).toEqual(["news"]);
});

test("while the other nodes cannot be asked, the number is this node's", async () => {
  const { event, sent, pass } = newWatcher({}, {
    application: { id: "a" },
    cluster: { isShared: true, questions: undefined },
  });
  event("one");
  await pass();
  expect(sent).toMatchObject([{ receivers: 1, isOnlyHere: true }]);
});

test("a watcher that reads too slowly gets the oldest lines, and the number of those that it lost", async () => {
  const { watcher, event, sent, pass, state, pauses } = newWatcher({});
  state.takesMore = false;
  event("first");
  await pass();
  expect(sent).toHaveLength(1);
  for (let number = 0; number < QUEUE_LENGTH + 7; number++) event(`late ${number}`);
  expect(pauses).toEqual([]);
  watcher.drained();
  await pass();
  expect(sent).toHaveLength(QUEUE_LENGTH + 2);
  expect(sent.at(-2)).toMatchObject({ event: `late ${QUEUE_LENGTH - 1}` });
  expect(sent.at(-1)).toEqual({ type: "lost", at: "1970-01-01T00:00:00.000Z", count: 7 });
});

test("what waits is sent at the end, and nothing for an empty queue", async () => {
  const { watcher, event, sent, pass } = newWatcher({ event: "last" });
  event("other");
  event("last");
  await watcher.finish();
  await pass();
  await watcher.finish();
  expect(sent).toMatchObject([{ event: "last" }]);
});

test("data is shown where it is asked for, cut and without secrets", async () => {
  for (const data of [true, false]) {
    const { watcher, sent, pass } = newWatcher({ data, connection: "1.1" });
    const text = JSON.stringify({ auth: "key:0123", text: "x".repeat(300) });
    const message = { type: "client-event", event: "client-a", channel: "news", data: text } as const;
    watcher.take({ kind: "client-event", connection: "1.1", message, receivers: 2 }, "a");
    const delivered = { application: "a", event: "e", channel: "news" } as const;
    watcher.takeDelivery({ ...delivered, data: () => text });
    await pass();
    expect(sent).toMatchObject([{ bytes: text.length }, { type: "delivered", connection: "1.1" }]);
    for (const line of sent) {
      if (!data) expect(line["data"]).toBeUndefined();
      else expect(line["data"]).toMatch(/^\{"auth":"…","text":"x+… \(\d+ characters\)$/);
    }
  }
});
