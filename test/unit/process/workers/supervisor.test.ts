import { describe, expect, test } from "bun:test";
import { FakeWorkers, listeningWorkers, settle } from "./fake-workers.ts";

describe("a start", () => {
  test("is over when all listen", async () => {
    const workers = new FakeWorkers(2);
    expect(workers.started.map(({ number }) => number)).toEqual([1, 2]);
    let outcome: unknown;
    void workers.supervisor.started.then((each) => outcome = each);
    workers.process(1).listens();
    await settle();
    expect(outcome).toBeUndefined();
    workers.process(0).listens();
    await settle();
    expect(outcome).toEqual({ type: "up" });
    expect(workers.supervisor.processes).toEqual([100, 101]);
  });

  test("has failed when one ends before it listens, and the others are stopped", async () => {
    const workers = new FakeWorkers(2);
    workers.process(1).listens();
    workers.process(0).ends({ code: 1 });
    expect(await workers.supervisor.started).toEqual({
      type: "failed",
      reason:
        "Worker 1 (process 100) has ended with exit code 1 before it listened; its own lines above say why.",
    });
    expect(workers.process(1).orders).toEqual(["stop"]);
    workers.process(1).ends({ code: 0 });
    await workers.supervisor.ended;
    workers.pass(100_000);
    expect(workers.started).toHaveLength(2);
  });

  test("has failed when one does not listen within half a minute", async () => {
    const workers = new FakeWorkers(1);
    workers.pass(30_000);
    expect(workers.process(0).isKilled).toBeTrue();
    expect((await workers.supervisor.started).type).toBe("failed");
  });

  test("may be stopped", async () => {
    const workers = new FakeWorkers(1);
    workers.supervisor.stop();
    expect(await workers.supervisor.started).toEqual({ type: "stopped" });
    workers.process(0).listens();
    workers.process(0).ends({ code: 0 });
    await workers.supervisor.ended;
  });
});

describe("a worker that ends", () => {
  test("is replaced at once, and later each time that it ends soon again", () => {
    const workers = listeningWorkers(1);
    const waits: number[] = [];
    for (let times = 0; times < 9; times++) {
      workers.started.at(-1)?.ends({ signal: "SIGSEGV" });
      const before = workers.started.length;
      let waited = 0;
      for (workers.pass(0); workers.started.length === before; waited += 500) workers.pass(500);
      waits.push(waited);
      workers.started.at(-1)?.listens();
    }
    expect(waits).toEqual([0, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    expect(workers.lines[0]).toBe("error   Worker 1 (process 100) was ended by SIGSEGV");
    expect(workers.lines).toContain("warning Worker 1 is started again in 0.5 s");
  });

  test("has a clean slate after a minute", () => {
    const workers = listeningWorkers(1);
    for (let times = 0; times < 5; times++) {
      workers.pass(60_000);
      const before = workers.started.length;
      workers.started.at(-1)?.ends({ code: 1 });
      workers.pass(0);
      expect(workers.started.length).toBe(before + 1);
      workers.started.at(-1)?.listens();
    }
  });

  test("because it was asked to is replaced, and that is no error", () => {
    const workers = listeningWorkers(2);
    workers.pass(1000);
    workers.process(1).ends({ code: 0 });
    workers.pass(0);
    workers.process(2).listens();
    expect(workers.lines).toEqual([
      "info    Worker 2 (process 101) has ended with exit code 0",
      "info    Worker 2 is now process 102",
    ]);
  });

  test("is tried again when the system gives no process", () => {
    const workers = listeningWorkers(1);
    workers.isExhausted = true;
    workers.process(0).ends({ code: 1 });
    workers.pass(10_000);
    expect(workers.lines).toContain("error   Worker 1 cannot be started: the system starts no process");
    workers.isExhausted = false;
    workers.pass(30_000);
    expect(workers.started).toHaveLength(2);
  });

  test("and comes back as another version is named", () => {
    const workers = listeningWorkers(1);
    workers.process(0).ends({ code: 1 });
    workers.pass(0);
    workers.process(1).listens("2");
    expect(workers.lines.at(-1)).toStartWith(
      "warning Worker 1 (process 101) runs Resound 2, its parent still 1. ",
    );
  });

  test("is not replaced while all stop", async () => {
    const workers = listeningWorkers(2);
    workers.process(0).ends({ code: 1 });
    workers.pass(0);
    workers.process(2).ends({ code: 1 });
    workers.supervisor.stop();
    workers.process(1).ends({ code: 0 });
    await workers.supervisor.ended;
    workers.pass(60_000);
    expect(workers.started).toHaveLength(3);
  });
});

describe("a restart", () => {
  test("has all new processes listen and take the connections, then the old ones hand over", async () => {
    const workers = listeningWorkers(2);
    const restarted = workers.supervisor.restart();
    await settle();
    expect(workers.started).toHaveLength(4);
    workers.process(3).listens();
    await settle();
    expect([...workers.process(0).orders, ...workers.process(1).orders]).toEqual([]);
    workers.process(2).listens();
    await settle();
    expect(workers.process(2).lastOrder).toEqual({ type: "steer", before: 2, next: 2 });
    for (const index of [0, 1]) {
      expect(workers.process(index).lastOrder).toEqual({ type: "stop", othersStay: true, handsOver: true });
    }
    expect(workers.supervisor.processes).toEqual([102, 103]);
    let isOver = false;
    void restarted.then(() => isOver = true);
    workers.process(0).says({ type: "moved" });
    await settle();
    expect(isOver).toBeFalse();
    workers.process(1).ends({ code: 0 });
    expect(await restarted).toEqual({
      accepted: true,
      messages: ["Worker 1 of 2 is now process 102", "Worker 2 of 2 is now process 103"],
    });
  });

  test("ends with the first that does not come up, and the old ones stay", async () => {
    const workers = listeningWorkers(2);
    const restarted = workers.supervisor.restart();
    await settle();
    workers.process(2).ends({ code: 2 });
    const { accepted, messages } = await restarted;
    expect([accepted, messages.length, workers.supervisor.processes]).toEqual([false, 1, [100, 101]]);
    expect(messages[0]).toStartWith("No new process came up for worker 1; its log says why.");
    expect([...workers.process(0).orders, ...workers.process(1).orders]).toEqual([]);
    expect(workers.process(3).orders).toEqual(["hurry"]);
  });

  test("starts none anew before it is over", async () => {
    const workers = listeningWorkers(2);
    const restarted = workers.supervisor.restart();
    await settle();
    for (const index of [2, 3]) workers.process(index).listens();
    await settle();
    workers.process(2).ends({ signal: "SIGKILL" });
    workers.pass(1000);
    expect(workers.started).toHaveLength(4);
    for (const index of [0, 1]) workers.process(index).says({ type: "moved" });
    await restarted;
    workers.pass(0);
    expect(workers.started).toHaveLength(5);
  });

  test("kills a worker that does not go in its time", async () => {
    const workers = listeningWorkers(1);
    const restarted = workers.supervisor.restart();
    await settle();
    workers.process(1).listens();
    await settle();
    workers.pass(70_000);
    expect(workers.process(0).isKilled).toBeTrue();
    expect((await restarted).accepted).toBeTrue();
  });

  test("takes the place of one that has just failed, and of one that fails meanwhile", async () => {
    const workers = listeningWorkers(1);
    workers.process(0).ends({ code: 1 });
    workers.pass(0);
    workers.process(1).ends({ code: 1 });
    const restarted = workers.supervisor.restart();
    await settle();
    workers.process(2).listens();
    expect((await restarted).accepted).toBeTrue();
    workers.pass(60_000);
    expect(workers.started).toHaveLength(3);

    const again = workers.supervisor.restart();
    await settle();
    workers.process(2).ends({ signal: "SIGKILL" });
    workers.process(3).ends({ code: 1 });
    expect((await again).accepted).toBeFalse();
    workers.pass(1000);
    workers.started.at(-1)?.listens();
    expect(workers.supervisor.processes).toHaveLength(1);
  });

  test("that is asked for during another follows it, once for all who ask", async () => {
    const workers = listeningWorkers(1);
    const first = workers.supervisor.restart();
    await settle();
    const second = workers.supervisor.restart();
    expect(workers.supervisor.restart()).toBe(second);
    workers.process(1).listens();
    await settle();
    workers.process(0).ends({ code: 0 });
    await first;
    await settle();
    workers.process(2).listens();
    await settle();
    workers.process(1).ends({ code: 0 });
    expect((await second).messages).toEqual(["Worker 1 of 1 is now process 102"]);
  });

  test("is given up when all stop", async () => {
    const workers = listeningWorkers(2);
    const restarted = workers.supervisor.restart();
    await settle();
    workers.supervisor.stop();
    for (const process of workers.started) process.ends({ code: 0 });
    expect((await restarted).messages).toEqual(["The server is stopping"]);
    await workers.supervisor.ended;
    expect(workers.started).toHaveLength(4);
  });
});

describe("a parent", () => {
  test("stops its workers at once when it is stopped twice, and kills those that do not end", async () => {
    const workers = listeningWorkers(2);
    workers.supervisor.stop();
    workers.supervisor.stop();
    expect(workers.process(0).orders).toEqual(["stop", "hurry"]);
    workers.process(0).ends({ code: 0 });
    workers.pass(5000);
    expect(workers.process(1).isKilled).toBeTrue();
    await workers.supervisor.ended;
  });

  test("kills a worker that leaves two pings in a row without an answer", () => {
    const workers = listeningWorkers(2);
    for (let times = 0; times < 3; times++) {
      workers.supervisor.ping();
      workers.process(1).says({ type: "alive" });
    }
    expect(workers.process(0).isKilled).toBeTrue();
    expect(workers.process(1).isKilled).toBeFalse();
    expect(workers.lines).toContain("error   Worker 1 (process 100) does not answer and is killed");
  });

  test("asks for metrics, and goes without those of a worker that does not answer", async () => {
    const workers = listeningWorkers(2);
    const states = workers.supervisor.states();
    await settle();
    workers.process(0).says({ type: "metrics", id: 1, text: "up 1" });
    workers.pass(2000);
    expect(await states).toEqual([
      { number: 1, pid: 100, replacements: 0, metrics: "up 1" },
      { number: 2, pid: 101, replacements: 0, metrics: undefined },
    ]);
  });

  test("has all read their configuration again, and says once what all say", async () => {
    const workers = listeningWorkers(2);
    const reloaded = workers.supervisor.reload();
    await settle();
    workers.process(0).says({ type: "reloaded", outcome: { accepted: true, messages: ["same", "own"] } });
    workers.process(1).says({ type: "reloaded", outcome: { accepted: true, messages: ["same"] } });
    expect(await reloaded).toEqual({ accepted: true, messages: ["same", "worker 1: own"] });
  });

  test("waits for no answer of a worker that ends, or takes too long", async () => {
    const workers = listeningWorkers(2);
    const reloaded = workers.supervisor.reload();
    await settle();
    workers.process(0).ends({ code: 1 });
    workers.pass(10_000);
    expect(await reloaded).toEqual({ accepted: false, messages: ["worker 1, 2: no answer in time"] });
  });
});
