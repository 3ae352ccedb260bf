import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import {
  advance,
  type Received,
  RecoveringHub,
  RecoveringPage,
  twoNodes,
} from "../../../support/recovering-page.ts";

/** Of each property; they take about a second. */
const RUNS = 400;

const CHANNELS = ["one", "two"];

type Step =
  | { readonly kind: "publish"; readonly channel: number; readonly count: number }
  | { readonly kind: "read"; readonly page: number; readonly count: number; readonly answers: boolean }
  | { readonly kind: "end" | "lose"; readonly page: number }
  | { readonly kind: "connect"; readonly page: number; readonly isNoted: boolean }
  | { readonly kind: "wait"; readonly milliseconds: number };

const page = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("publish" as const),
      channel: fc.nat(1),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      page,
      count: fc.nat(12),
      answers: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("end" as const, "lose" as const), page }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("connect" as const), page, isNoted: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      milliseconds: fc.constantFrom(5, 25, 1500, 4000),
    }),
  },
);

/** Does the steps, and brings all pages up to date at the end. */
function run(steps: readonly Step[], hub: RecoveringHub, pages: readonly RecoveringPage[]): void {
  const ghosts: RecoveringPage[] = [];
  for (const each of pages) {
    each.connect();
    // The others on its jar are asked whether they are alive, and it waits for their answers.
    for (const page of [...pages, each]) page.read();
  }
  for (const step of steps) {
    switch (step.kind) {
      case "publish":
        for (let count = 0; count < step.count; count++) hub.publish(CHANNELS[step.channel]!);
        break;
      case "read":
        pages[step.page]!.read(step.count, step.answers);
        break;
      case "end":
        pages[step.page]!.end();
        break;
      case "lose":
        ghosts.push(pages[step.page]!.lose());
        break;
      case "connect":
        if (pages[step.page]!.isConnected) break;
        pages[step.page]!.connect(step.isNoted);
        // An answer that was lost: the server has a connection of which the client knows nothing.
        if (!step.isNoted) {
          ghosts.push(pages[step.page]!.lose());
          hub.advance(1000);
        }
        break;
      case "wait":
        hub.advance(step.milliseconds);
    }
    for (const each of [...pages, ...ghosts]) each.notice();
  }
  for (let round = 0; round < 60; round++) {
    for (const each of ghosts) each.notice();
    for (const each of pages) {
      each.notice();
      if (!each.isConnected) each.connect();
      each.read();
    }
    hub.advance(100);
  }
}

/** Whether events come without a hole but where one was told, and none of those that were acknowledged comes again. */
function faultOf(received: Received, published: number): string | undefined {
  let last = 0, isGap = false;
  for (const each of received) {
    if (each === "gap") {
      isGap = true;
      continue;
    }
    if (each > last + 1 && !isGap) return `${each} follows ${last}`;
    isGap = false;
    last = each;
  }
  // A gap may be told with nothing behind it.
  return last === published || isGap ? undefined : `${last} of ${published} at the end`;
}

function check(pages: readonly RecoveringPage[], hub: RecoveringHub): void {
  for (const each of pages) {
    for (const channel of CHANNELS) {
      const received = each.received.get(channel) ?? [];
      const fault = faultOf(received, hub.published.get(channel) ?? 0);
      if (fault !== undefined) throw new Error(`${channel}: ${fault}, received ${received.join(" ")}`);
    }
  }
}

test("for any order of events, answers, cuts and returns, what arrives is gapless, or a gap is told", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const hub = new RecoveringHub({ seconds: 6, maxEvents: 12 });
      const pages = [0, 1, 2].map(() => new RecoveringPage(hub, CHANNELS));
      run(steps, hub, pages);
      check(pages, hub);
    }),
    { numRuns: RUNS },
  );
});

test("without cuts beyond the log's bounds, no gap is told", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const hub = new RecoveringHub({ seconds: 3600, maxEvents: 100_000 });
      const pages = [0, 1, 2].map(() => new RecoveringPage(hub, CHANNELS));
      run(steps, hub, pages);
      check(pages, hub);
      expect(pages.flatMap(({ again }) => again)).toEqual([]);
      const told = pages.flatMap((each) => [...each.received.values()].flat()).filter((each) =>
        each === "gap"
      );
      expect(told).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test("the same holds for clients without a jar, which name their last connection alone", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const hub = new RecoveringHub({ seconds: 3600, maxEvents: 100_000 });
      const pages = [0, 1, 2].map(() => new RecoveringPage(hub, CHANNELS, { isJarless: true }));
      run(steps, hub, pages);
      check(pages, hub);
      expect(pages.flatMap(({ again }) => again)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test("the same holds for clients that are asked by pusher:ping", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const hub = new RecoveringHub({ seconds: 6, maxEvents: 12, acknowledge: "pusher" });
      const pages = [0, 1, 2].map(() => new RecoveringPage(hub, CHANNELS));
      run(steps, hub, pages);
      check(pages, hub);
    }),
    { numRuns: RUNS },
  );
});

test("the same holds for tabs, which share a jar", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const hub = new RecoveringHub({ seconds: 3600, maxEvents: 100_000 }), jar = new Set<string>();
      const pages = [0, 1, 2].map(() => new RecoveringPage(hub, CHANNELS, { jar }));
      run(steps, hub, pages);
      check(pages, hub);
    }),
    { numRuns: RUNS },
  );
});

test("the same holds for clients that come back to another node", () => {
  const nodeStep = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("publish" as const), node: fc.nat(1) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("read" as const),
        page,
        count: fc.nat(12),
        answers: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("end" as const), page, isTold: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("connect" as const), page, node: fc.nat(1) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), milliseconds: fc.constantFrom(2, 25, 400) }),
    },
  );
  fc.assert(
    fc.property(fc.array(nodeStep, { maxLength: 60 }), (steps) => {
      const nodes = twoNodes({ seconds: 3600, maxEvents: 100_000 });
      const pages = [0, 1, 2].map(() => new RecoveringPage(nodes[0], CHANNELS));
      for (const each of pages) {
        each.connect();
        each.read();
      }
      for (const step of steps) {
        if (step.kind === "publish") nodes[step.node]!.publish(CHANNELS[step.node]!);
        else if (step.kind === "read") pages[step.page]!.read(step.count, step.answers);
        else if (step.kind === "end") {
          const { connection } = pages[step.page]!;
          if (step.isTold && connection !== undefined) {
            for (const node of nodes) node.fake.hub.recovery!.closing([connection]);
            advance(nodes, 2);
          }
          pages[step.page]!.end();
        } else if (step.kind === "wait") advance(nodes, step.milliseconds);
        else if (!pages[step.page]!.isConnected) {
          // Client libraries try again after a second; then the other node has heard of the cut.
          advance(nodes, 2);
          pages[step.page]!.connect(true, nodes[step.node]);
        }
        for (const each of pages) each.notice();
      }
      for (let round = 0; round < 60; round++) {
        advance(nodes, 100);
        for (const each of pages) {
          each.notice();
          if (!each.isConnected) each.connect();
          each.read();
        }
      }
      for (const each of pages) {
        for (const [index, channel] of CHANNELS.entries()) {
          const received = each.received.get(channel) ?? [],
            published = nodes[index]!.published.get(channel) ?? 0;
          const fault = received.includes("gap") ? "a gap was told" : faultOf(received, published);
          if (fault !== undefined) throw new Error(`${channel}: ${fault}, received ${received.join(" ")}`);
        }
      }
    }),
    { numRuns: RUNS },
  );
});
