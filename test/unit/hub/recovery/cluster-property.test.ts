import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import type { Setup } from "../../../../scripts/prove/history/history.ts";
import { callApi } from "../../../../scripts/prove/simulation/simulated-caller.ts";
import { SimulatedConnection } from "../../../../scripts/prove/simulation/simulated-client.ts";
import { SimulatedCluster } from "../../../../scripts/prove/simulation/simulated-cluster.ts";
import { simulatedConfig } from "../../../../scripts/prove/simulation/simulated-node.ts";
import { TEST_APPLICATION } from "../../../support/test-application.ts";

/** Of the first property, and of the second half as many: always the same ones, since they take simulated time alone. */
const RUNS = 30, SEED = 17;
const NODES = ["n1", "n2"], NEWS = "news", REWOUND = "rewound", REWINDS = 4, HISTORY = 8;
const { id, key, secret } = TEST_APPLICATION;

const CONFIG = simulatedConfig(
  {},
  `[server]
host = "127.0.0.1"
[server.scaling]
enabled = true
lease_seconds = 2
[[apps]]
app_id = "${id}"
key = "${key}"
secret = "${secret}"
[apps.recovery]
enabled = true
seconds = 20
max_events = 12
rewind = [{ channels = ["${REWOUND}"], events = ${REWINDS}, seconds = 600 }]
history = [{ channels = ["${REWOUND}"], events = ${HISTORY}, seconds = 600 }]
`,
);

type Step =
  | { readonly kind: "publish"; readonly node: number; readonly channel: string; readonly count: number }
  | { readonly kind: "connect"; readonly page: number; readonly node: number }
  | { readonly kind: "cut"; readonly page: number }
  /** Only the page notices that it is cut, and comes back at once. */
  | { readonly kind: "lose"; readonly page: number; readonly node: number; readonly noticed: number }
  | { readonly kind: "kill" | "cut off"; readonly node: number }
  | { readonly kind: "evict" }
  | { readonly kind: "wait"; readonly milliseconds: number };

const node = fc.nat(1), page = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      node,
      channel: fc.constantFrom(NEWS, REWOUND),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("cut" as const), page }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("lose" as const), page, node, noticed: fc.nat(5000) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("connect" as const), page, node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("kill" as const, "cut off" as const), node }) },
  { weight: 1, arbitrary: fc.constant({ kind: "evict" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(1, 5, 30, 200, 1500, 4000),
    }),
  },
);

/** A client that subscribes to both channels on each of its connections, and names the last one when it comes back. */
class Page {
  readonly name: string;
  connection: SimulatedConnection | undefined;
  readonly #run: Run;
  #count = 0;
  #resume: string | undefined;

  constructor(name: string, run: Run) {
    this.name = name;
    this.#run = run;
  }

  get isConnected(): boolean {
    return this.connection?.isOver === false;
  }

  async connect(slot: string): Promise<void> {
    if (this.isConnected) return;
    const { cluster } = this.#run, { clock, random, recorder } = cluster;
    // Client libraries try again at once or after a second.
    if (this.#resume !== undefined) await cluster.pause(random.next() < 0.5 ? 0 : 1000);
    const world = { clock, random, recorder, application: TEST_APPLICATION };
    const connection = this.connection = new SimulatedConnection(
      `${this.name}#${++this.#count}`,
      cluster.node(slot),
      world,
    );
    if (await connection.open(this.#resume) !== "ok") return;
    const isNew = this.#resume === undefined;
    this.#resume = connection.resume;
    await Promise.all([NEWS, REWOUND].map((channel) => connection.subscribe(channel, this.name)));
    // A client that has never answered is not recovered.
    if (isNew) await cluster.pause(50);
  }

  /** What it has got on a channel: numbers by node, and `undefined` for a gap. */
  received(channel: string): readonly (string | undefined)[] {
    return this.frames(channel).map(({ data }) => data);
  }

  /** The same, each with the connection on which it came. */
  frames(channel: string): readonly { readonly connection: string; readonly data: string | undefined }[] {
    return this.#run.cluster.recorder.history.entries.flatMap((entry) => {
      if (entry.type !== "frame" || entry.channel !== channel) return [];
      const { connection, event } = entry;
      if (!connection.startsWith(`${this.name}#`) || event !== "n" && event !== "resound:gap") return [];
      return [{ connection, data: event === "n" ? entry.data : undefined }];
    });
  }
}

/** A page of history, as the API answers it. */
interface History {
  readonly events: readonly { readonly data: string; readonly position: string }[];
  readonly position: string;
  readonly complete: boolean;
}

/** One run: two nodes and three pages, which all end up connected, with everything published. */
class Run {
  readonly cluster: SimulatedCluster;
  readonly pages: readonly Page[];
  /** For each channel and node how many were published; those of them that were answered. */
  readonly #published = new Map<string, number>();
  readonly #answered = new Set<string>();

  constructor(seed: number) {
    const setup: Setup = {
      ...{ seed, contender: "Resound, simulated", nodes: NODES, leaseMs: 2000, holdMs: 15_000 },
      ...{ marginMs: 2000, recovers: true, reports: false },
    };
    this.cluster = new SimulatedCluster(setup, CONFIG);
    this.pages = ["a", "b", "c"].map((name) => new Page(name, this));
  }

  async do(steps: readonly Step[]): Promise<void> {
    const { cluster } = this;
    for (const slot of NODES) cluster.startNode(slot);
    await cluster.pause(3000);
    await Promise.all(this.pages.map((page, index) => page.connect(NODES[index % 2]!)));
    for (const step of steps) await this.#take(step);
    await cluster.pause(5000);
    for (let round = 0; round < 3; round++) {
      await Promise.all(this.pages.map((page, index) => page.connect(NODES[(index + round) % 2]!)));
      await cluster.pause(5000);
    }
    for (const slot of NODES) {
      for (const channel of [NEWS, REWOUND]) await this.#publish(slot, channel);
    }
    await cluster.pause(2000);
  }

  async #take(step: Step): Promise<void> {
    const { cluster } = this;
    switch (step.kind) {
      case "publish":
        for (let count = 0; count < step.count; count++) await this.#publish(NODES[step.node]!, step.channel);
        return;
      case "connect":
        return await this.pages[step.page]!.connect(NODES[step.node]!);
      case "cut":
        return this.pages[step.page]!.connection?.cut();
      case "lose":
        this.pages[step.page]!.connection?.cut(step.noticed);
        return await this.pages[step.page]!.connect(NODES[step.node]!);
      case "kill":
        cluster.node(NODES[step.node]!).kill();
        await cluster.pause(500);
        cluster.startNode(NODES[step.node]!);
        return await cluster.pause(3000);
      case "cut off":
        return cluster.node(NODES[step.node]!).cutFromRedis();
      case "evict":
        cluster.redis.run(new Beside(), ["DEL", `resound:reverb:{${id}\n${NEWS}}:log`]);
        return;
      case "wait":
        return await cluster.pause(step.milliseconds);
    }
  }

  async #publish(slot: string, channel: string): Promise<void> {
    const of = `${channel} ${slot}`, number = (this.#published.get(of) ?? 0) + 1;
    this.#published.set(of, number);
    const body = { name: "n", channel, data: `${slot} ${number}` };
    const answer = await this.#call(slot, { method: "POST", path: "/events", body });
    if (answer?.status === 200) this.#answered.add(`${of} ${number}`);
  }

  #call(slot: string, call: Parameters<typeof callApi>[3]): ReturnType<typeof callApi> {
    return callApi(this.cluster, this.cluster.node(slot), TEST_APPLICATION, call);
  }

  async history(slot: string, query: Readonly<Record<string, string>> = {}): Promise<History> {
    const answer = await this.#call(slot, { method: "GET", path: `/channels/${REWOUND}/history`, query });
    return answer?.body as unknown as History;
  }

  /** What a new subscriber of the channel with rewind is to have of a node, which was sent as many of its events as here. */
  lastOf(slot: string, got: readonly (string | undefined)[]): readonly string[] {
    const count = got.filter((each) => each?.startsWith(slot)).length;
    const all = [...this.#answered].filter((each) => each.startsWith(`${REWOUND} ${slot} `));
    return all.slice(all.length - count).map((each) => each.slice(REWOUND.length + 1));
  }

  /** What is wrong with what a page has got on a channel: an event that was answered is missing and no gap was announced. */
  faultOf(page: Page, channel: string): string | undefined {
    const last = new Map(NODES.map((slot) => [slot, 0])), afterGap = new Set<string>();
    const missing = (slot: string, from: number, to: number): number | undefined => {
      for (let number = from; number <= to && !afterGap.has(slot); number++) {
        if (this.#answered.has(`${channel} ${slot} ${number}`)) return number;
      }
      return undefined;
    };
    const frames = page.frames(channel);
    for (const [index, { connection, data: each }] of frames.entries()) {
      if (each === undefined) {
        for (const slot of NODES) afterGap.add(slot);
        continue;
      }
      const [slot = "", text] = each.split(" "), number = Number(text), before = last.get(slot)!;
      const lost = missing(slot, before + 1, number - 1);
      // A subscription does not wait until it is known that a node has died: its gap comes behind what it began with.
      const isAnnounced = frames.slice(index).some((later) =>
        later.connection === connection && later.data === undefined
      );
      if (lost !== undefined && !isAnnounced) return `${slot} ${lost} is missing before ${each}`;
      last.set(slot, Math.max(before, number));
      afterGap.delete(slot);
    }
    for (const slot of NODES) {
      const lost = missing(slot, last.get(slot)! + 1, this.#published.get(`${channel} ${slot}`) ?? 0);
      if (lost !== undefined) return `${slot} ${lost} has not come`;
    }
    return undefined;
  }
}

/** Runs commands beside the nodes. */
class Beside {
  readonly channels = new Set<string>();
  message(): void {}
  ended(): void {}
}

/** Does the steps in a run and looks at the end, all in simulated time. Throws where something is wrong. */
function check(seed: number, steps: readonly Step[], look: (run: Run) => void | Promise<void>): void {
  const run = new Run(seed);
  let outcome: { readonly error?: unknown } | undefined;
  const ended = (error?: unknown): void => void (outcome = { error });
  run.do(steps).then(() => look(run)).then(() => ended(), (error: unknown) => ended(error ?? "unknown"));
  if (!run.cluster.clock.runUntil(() => outcome !== undefined, 3_600_000)) throw new Error("It does not end");
  if (outcome?.error !== undefined) throw outcome.error;
  if (run.cluster.faults.length > 0) throw run.cluster.faults[0]!.error;
}

/** Runs in a task of its own, as simulated time must. */
function inTask(call: () => void): Promise<void> {
  return new Promise((resolve, reject) =>
    void setImmediate(() => {
      try {
        call();
        resolve();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    })
  );
}

const plan = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.array(step, { maxLength: 40, size: "max" }));

test("for any order of events, cuts, returns to any node, kills and trims, what arrives is gapless, or a gap is announced", () =>
  inTask(() =>
    fc.assert(
      fc.property(plan, ([seed, steps]) =>
        check(seed, steps, (run) => {
          for (const page of run.pages) {
            for (const channel of [NEWS, REWOUND]) {
              const fault = run.faultOf(page, channel);
              if (fault !== undefined) {
                throw new Error(
                  `${page.name}, ${channel}: ${fault}; got ${page.received(channel).join(", ")}`,
                );
              }
            }
          }
        })),
      { numRuns: RUNS, seed: SEED },
    )
  ));

test("after it each node sends a new subscriber the same last events, and gives the same history, page by page", () =>
  inTask(() =>
    fc.assert(
      fc.property(plan, ([seed, steps]) =>
        check(seed, steps, async (run) => {
          const [all, other] = [await run.history("n1"), await run.history("n2")];
          expect(other).toEqual(all);
          expect(all.complete).toBe(true);
          const paged: string[] = [];
          let { position } = all.events[0]!;
          for (let slot = 0; slot < 2 * HISTORY; slot++) {
            const part = await run.history(NODES[slot % 2]!, { since: position, limit: "2" });
            expect(part.complete).toBe(true);
            paged.push(...part.events.map(({ data }) => data));
            ({ position } = part);
          }
          expect(paged).toEqual(all.events.slice(1).map(({ data }) => data));
          for (const slot of NODES) {
            const page = new Page(`new-${slot}`, run);
            await page.connect(slot);
            await run.cluster.pause(2000);
            const got = page.received(REWOUND);
            expect(got).toHaveLength(Math.min(REWINDS, all.events.length));
            // The last ones of each node, in its order. Which of two nodes was first the nodes may see differently.
            for (const by of NODES) {
              expect(got.filter((each) => each?.startsWith(by))).toEqual([...run.lastOf(by, got)]);
            }
          }
        })),
      { numRuns: RUNS / 2, seed: SEED },
    )
  ));
