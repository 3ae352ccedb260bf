import { expect, test } from "bun:test";
import { Counters } from "../../../src/monitoring/counters.ts";
import { FileReserve } from "../../../src/monitoring/file-reserve.ts";
import { Log } from "../../../src/monitoring/log.ts";

/** A process that may have 128 files open; `open` are open. */
class FakeProcess {
  open = 20;
  now = 0;
  /** How long counting takes. */
  countingTakes = 0;
  counted = 0;
  waiting = 0;
  prepared = 0;
  readonly counters = new Counters();
  readonly log: string[] = [];
  readonly #repeated = new Set<() => void>();
  readonly reserve = new FileReserve({
    limit: 128,
    count: () => {
      this.counted++;
      this.now += this.countingTakes;
      return this.open;
    },
    isFileLeft: () => this.open < 128,
    prepare: () => void this.prepared++,
    turnAway: () => {
      const { waiting } = this;
      this.waiting = 0;
      return waiting;
    },
    every: (_milliseconds, call) => {
      this.#repeated.add(call);
      return () => void this.#repeated.delete(call);
    },
    monotonic: () => this.now,
    log: new Log("text", (line) => void this.log.push(line.slice(24)), () => new Date()),
    counters: this.counters,
  });

  /** A WebSocket connection comes, and goes at once where it is refused. */
  connect(): boolean {
    this.open++;
    const isAdmitted = this.reserve.admits();
    if (!isAdmitted) this.open--;
    return isAdmitted;
  }

  pass(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.now += 1000;
      for (const call of this.#repeated) call();
      this.reserve.tick();
    }
  }

  /** How many calls are repeated. */
  get repeated(): number {
    return this.#repeated.size;
  }
}

test("connections are admitted up to the reserve, and again when there are enough files", () => {
  const fake = new FakeProcess();
  expect(Array.from({ length: 92 }, () => fake.connect())).toEqual(Array<boolean>(92).fill(true));
  fake.now += 1000;
  expect([fake.connect(), fake.connect(), fake.open]).toEqual([false, false, 112]);
  expect(fake.reserve.shortage).toBe("114 of the 128 files that may be open are open");
  fake.pass(5);
  expect(fake.log).toEqual([
    "warning 113 of the 128 files that may be open are open: new WebSocket connections are refused until there are fewer. Raise the " +
    "limit: LimitNOFILE in a systemd unit, `ulimit -n` in a shell, --ulimit nofile for a container",
  ]);
  fake.open = 100;
  fake.pass(1);
  expect([fake.connect(), fake.log.length]).toEqual([true, 1]);
  fake.open = 96;
  fake.pass(1);
  expect(fake.log.slice(1)).toEqual([
    "info    WebSocket connections are accepted again after 7 s: 2 were refused, and 0 connections were closed because no file was left",
  ]);
  expect(fake.repeated).toBe(0);
});

test("where other connections have taken all files, those that wait are turned away, counted and logged once", () => {
  const fake = new FakeProcess();
  fake.open = 128;
  fake.waiting = 40;
  fake.pass(1);
  expect([fake.prepared, fake.waiting]).toEqual([1, 40]);
  fake.pass(10);
  expect([fake.prepared, fake.waiting, fake.log.length]).toEqual([1, 0, 1]);
  expect(fake.log[0]).toStartWith("warning 128 of the 128 files");
  expect(fake.counters.refusals.get("no_file_left")).toBe(40);
  expect(fake.connect()).toBe(false);
  fake.open = 20;
  fake.pass(1);
  expect(fake.log.at(-1)).toEndWith(
    "1 were refused, and 40 connections were closed because no file was left",
  );
});

test("files are counted seldom: not for each connection, and the less the longer it takes", () => {
  const fake = new FakeProcess();
  for (let number = 0; number < 80; number++) fake.connect();
  expect(fake.counted).toBe(1);
  fake.open = 110;
  fake.countingTakes = 50;
  fake.now += 100;
  for (let number = 0; number < 1000; number++) fake.connect();
  expect(fake.counted).toBe(2);
  fake.now += 999;
  fake.connect();
  expect(fake.counted).toBe(2);
  fake.now += 1;
  fake.connect();
  expect(fake.counted).toBe(3);
});
