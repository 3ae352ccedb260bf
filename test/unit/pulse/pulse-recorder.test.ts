import { expect, test } from "bun:test";
import { Log } from "../../../src/monitoring/log.ts";
import type { MessageCounts, MinuteCount } from "../../../src/pulse/message-counts.ts";
import { PulseRecorder } from "../../../src/pulse/pulse-recorder.ts";
import type { PulseStore } from "../../../src/pulse/pulse-store.ts";

/** A store in memory that fails when it is told to, and takes so many counts at a time. */
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
    // Never by itself within a test.
    interval: 3600,
    now: () => 60,
    random: () => 0,
  });
  return { store, recorder, lines, totals, [Symbol.asyncDispose]: () => recorder.stop() };
}

test("the rest is written at the stop, and nothing after it", async () => {
  const { store, recorder, totals } = recording();
  totals.sent = 5;
  const stopping = recorder.stop();
  totals.sent = 9;
  await stopping;
  await recorder.write();
  expect(store.counts).toEqual([{ minute: 60, application: "a", direction: "sent", count: 5 }]);
});

test("a recorder that takes over goes on where the one before it ended", async () => {
  const { store, recorder, totals } = recording();
  totals.sent = 5;
  const stopping = recorder.stop();
  await using next = recording(totals);
  totals.sent = 8;
  await Promise.all([stopping, next.recorder.write()]);
  expect([store.total, next.store.total]).toEqual([5, 3]);
});

test("a store that fails is warned about once, and gets everything later", async () => {
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

test("what comes during a write is in the next one, once", async () => {
  await using used = recording();
  const { store, recorder, totals } = used;
  totals.sent = 2;
  store.onWrite = () => totals.sent = 7;
  await recorder.write();
  store.onWrite = () => {};
  await recorder.write();
  expect(store.counts.map(({ count }) => count)).toEqual([2, 5]);
});

test("a store that takes little at a time is asked again and again", async () => {
  await using used = recording();
  const { store, recorder, totals } = used;
  store.atOnce = 1;
  totals.sent = 2;
  totals.received = 3;
  await recorder.write();
  expect(store.counts.map(({ count }) => count)).toEqual([2, 3]);
});
