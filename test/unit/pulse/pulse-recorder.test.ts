import { expect, test } from "bun:test";
import { Log } from "../../../src/monitoring/log.ts";
import type { MessageCounts, MinuteCount } from "../../../src/pulse/message-counts.ts";
import { PulseRecorder, type PulseStore } from "../../../src/pulse/pulse-recorder.ts";

/** A store in memory that rejects while it has a `failure`, and takes `atOnce` counts at a time. */
class MemoryStore implements PulseStore {
  readonly place = "memory";
  readonly counts: MinuteCount[] = [];
  failure: Error | undefined;
  atOnce = 100;
  /** Called with each write, before it counts. */
  onWrite: () => void = () => {};

  write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]> {
    this.onWrite();
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const some = counts.slice(0, this.atOnce);
    this.counts.push(...some);
    return Promise.resolve(some);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get total(): number {
    return this.counts.reduce((sum, { count }) => sum + count, 0);
  }
}

interface Recording extends AsyncDisposable {
  readonly store: MemoryStore;
  readonly recorder: PulseRecorder;
  readonly lines: string[];
  readonly totals: { sent: number; received: number };
}

function recording(totals = { sent: 0, received: 0 }): Recording {
  const store = new MemoryStore(), lines: string[] = [];
  const recorder = new PulseRecorder({
    store,
    log: new Log("json", (line) => void lines.push(line), () => new Date(0)),
    totals: (): MessageCounts[] => [{ application: "a", ...totals }],
    sampleRate: 1,
    // Longer than a test takes: only the test writes.
    interval: 3600,
    now: () => 60,
    random: () => 0,
  });
  return { store, recorder, lines, totals, [Symbol.asyncDispose]: () => recorder.stop() };
}

test("the stop writes the last counts, and nothing is written after it", async () => {
  const { store, recorder, totals } = recording();
  totals.sent = 5;
  const stopping = recorder.stop();
  totals.sent = 9;
  await stopping;
  await recorder.write();
  expect(store.counts).toEqual([{ minute: 60, application: "a", direction: "sent", count: 5 }]);
});

test("a second recorder counts from where the first one stopped", async () => {
  const { store, recorder, totals } = recording();
  totals.sent = 5;
  const stopping = recorder.stop();
  await using next = recording(totals);
  totals.sent = 8;
  await Promise.all([stopping, next.recorder.write()]);
  expect([store.total, next.store.total]).toEqual([5, 3]);
});

test("a store that fails causes one warning, and gets all counts later", async () => {
  await using used = recording();
  const { store, recorder, totals, lines } = used;
  store.failure = new Error("down\nfor now");
  for (totals.sent = 1; totals.sent <= 3; totals.sent++) await recorder.write();
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["pulse_unreachable"]);
  expect(lines[0]).toContain("Cannot write message counts for Laravel Pulse to memory: down for now.");
  store.failure = undefined;
  await recorder.write();
  expect(store.total).toBe(4);
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
    "pulse_unreachable",
    "pulse_reachable",
  ]);
});

test("messages during a write are in the next one, once", async () => {
  await using used = recording();
  const { store, recorder, totals } = used;
  totals.sent = 2;
  store.onWrite = () => totals.sent = 7;
  await recorder.write();
  store.onWrite = () => {};
  await recorder.write();
  expect(store.counts.map(({ count }) => count)).toEqual([2, 5]);
});

test("a store that takes few counts at a time gets several writes", async () => {
  await using used = recording();
  const { store, recorder, totals } = used;
  store.atOnce = 1;
  totals.sent = 2;
  totals.received = 3;
  await recorder.write();
  expect(store.counts.map(({ count }) => count)).toEqual([2, 3]);
});
