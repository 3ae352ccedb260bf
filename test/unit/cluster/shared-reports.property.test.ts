import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { FakeReportRedis } from "./fake-report-redis.ts";
import { type Report, ReportReplica } from "./report-replica.ts";

const CALM = [
  "join",
  "join",
  "join",
  "leave",
  "leave",
  "execute",
  "execute",
  "answer",
  "answer",
  "hear",
  "hear",
  "pass",
] as const;
const STORM = [...CALM, "lose", "return", "die"] as const;

const steps = <K extends string>(
  kinds: readonly K[],
): fc.Arbitrary<{ what: K; node: number; number: number }[]> =>
  fc.array(
    fc.record({ what: fc.constantFrom(...kinds), node: fc.nat(2), number: fc.nat(3) }),
    { maxLength: 120, size: "max" },
  );

interface Stage {
  readonly redis: FakeReportRedis;
  readonly reported: Report[];
  readonly nodes: readonly ReportReplica[];
}

async function open(): Promise<Stage> {
  const redis = new FakeReportRedis(), reported: Report[] = [];
  const nodes = ["a", "b", "c"].map((name) => new ReportReplica(name, redis, reported));
  for (const node of nodes) await node.return();
  return { redis, reported, nodes };
}

async function play(
  { nodes }: Stage,
  { what, node, number }: { what: typeof STORM[number]; node: number; number: number },
): Promise<void> {
  const replica = nodes[node]!;
  // Where several nodes are cut off at a time, each can only report what it sees.
  if ((what === "lose" || what === "return" || what === "die") && node !== 0) return;
  if (what === "join") replica.join(`u${number}`);
  else if (what === "leave") replica.leave(number);
  else if (what === "return") await replica.return();
  else if (what === "die") {
    // Another node takes it for dead, and it finds out.
    const survivor = nodes.find((each) => each !== replica && each.link.isUp);
    if (!replica.link.isUp || survivor === undefined) return;
    await survivor.clearUp(replica.stay);
    replica.lose();
    await replica.return();
  } else if (what === "pass" || what === "lose") replica[what]();
  else replica.link[what]();
}

/** All nodes are back, all that is under way arrives, and departures that are held pass. */
async function end({ nodes }: Stage): Promise<void> {
  for (const node of nodes) await node.return();
  for (let round = 0; round < 4; round++) {
    for (let turn = 0; nodes.some(({ link }) => !link.isIdle); turn++) {
      if (turn > 10_000) throw new Error("They never come to rest");
      for (const node of nodes) {
        node.link.execute();
        node.link.answer();
        node.link.hear();
      }
    }
    for (const node of nodes) node.pass();
  }
}

/** What was reported of a subject, in the order in which it was decided. */
function signsOf({ reported }: Stage, subject: string): string {
  return reported.filter((each) => each.subject === subject).sort((one, other) => one.order - other.order)
    .map(({ sign }) => sign).join("");
}

/** What was reported of each subject. */
function reportsOf(
  stage: Stage,
): { readonly subject: string; readonly signs: string; readonly isPresent: boolean }[] {
  const here = new Set(stage.nodes.flatMap((node) => node.here));
  return ["#", "+u0", "+u1", "+u2", "+u3"].map((subject) => ({
    subject,
    signs: signsOf(stage, subject),
    isPresent: subject === "#" ? here.size > 0 : here.has(subject.slice(1)),
  }));
}

test(
  "while Redis is there one node reports each change, and each addition before its removal",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps(CALM), async (happenings) => {
        const stage = await open();
        for (const each of happenings) await play(stage, each);
        await end(stage);
        for (const { subject, signs, isPresent } of reportsOf(stage)) {
          expect([subject, signs]).toEqual([
            subject,
            expect.stringMatching(isPresent ? /^(?:\+-)*\+$/ : /^(?:\+-)*$/),
          ]);
        }
        for (const { faults } of stage.nodes) expect(faults).toEqual([]);
      }),
      { numRuns: 400 },
    );
  },
);

test(
  "however often one node loses Redis or is taken for dead, the last report is true in the end",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps(STORM), async (happenings) => {
        const stage = await open();
        for (const each of happenings) await play(stage, each);
        await end(stage);
        for (const { subject, signs, isPresent } of reportsOf(stage)) {
          expect([subject, signs.at(-1) ?? "-"]).toEqual([subject, isPresent ? "+" : "-"]);
        }
        for (const { faults } of stage.nodes) expect(faults).toEqual([]);
      }),
      { numRuns: 400 },
    );
  },
);

test("a user that is back when Redis goes away again is reported, where this node alone has reported its removal", async () => {
  const stage = await open(), [one, other] = stage.nodes as [ReportReplica, ReportReplica];
  one.join("u1");
  one.link.deliverAnswers();
  one.link.hear();
  one.leave(0);
  // Redis marks the removal, and goes away before it answers.
  one.link.execute();
  expect([...stage.redis.departed.keys()]).toEqual(["+u1"]);
  one.lose();
  one.pass();
  expect(signsOf(stage, "+u1")).toBe("+-");
  // It takes the mark over from its former stay and is about to take it away; but the other node is faster.
  other.join("u1");
  await one.return();
  other.link.deliverAnswers();
  expect(stage.redis.departed.has("+u1")).toBe(false);
  // So the other node has reported nothing. The user comes to this node too, where it is in the roster already.
  one.join("u1");
  one.link.hear();
  one.lose();
  expect(signsOf(stage, "+u1")).toBe("+-+");
  await end(stage);
  expect(signsOf(stage, "+u1")).toBe("+-+");
});
