import { expect, test } from "bun:test";
import fc from "fast-check";
import { FakeLifeRedis } from "./fake-life-redis.ts";
import { LifeReplica, type Telling } from "./life-replica.ts";

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
  readonly told: Telling[];
  readonly nodes: readonly LifeReplica[];
}

async function open(): Promise<Stage> {
  const redis = new FakeLifeRedis(), told: Telling[] = [];
  const nodes = ["a", "b", "c"].map((name) => new LifeReplica(name, redis, told));
  for (const node of nodes) await node.return();
  return { told, nodes };
}

async function play(
  { nodes }: Stage,
  { what, node, number }: { what: typeof STORM[number]; node: number; number: number },
): Promise<void> {
  const replica = nodes[node]!;
  // Where several are cut off at a time each can only say what it sees.
  if ((what === "lose" || what === "return" || what === "die") && node !== 0) return;
  if (what === "join") replica.join(`u${number}`);
  else if (what === "leave") replica.leave(number);
  else if (what === "return") await replica.return();
  else if (what === "die") {
    // Another node takes it for dead, and it finds out.
    const survivor = nodes.find((each) => each !== replica && each.isUp);
    if (!replica.isUp || survivor === undefined) return;
    await survivor.clearUp(replica.stay);
    replica.lose();
    await replica.return();
  } else replica[what]();
}

/** Everyone is back, everything that is on its way arrives, whatever is held passes. */
async function end({ nodes }: Stage): Promise<void> {
  for (const node of nodes) await node.return();
  for (let round = 0; round < 4; round++) {
    for (let turn = 0; nodes.some(({ isIdle }) => !isIdle); turn++) {
      if (turn > 10_000) throw new Error("They never come to rest");
      for (const node of nodes) {
        node.execute();
        node.answer();
        node.hear();
      }
    }
    for (const node of nodes) node.pass();
  }
}

/** What was told of each subject, in the order in which it was decided. */
function tellings(
  { told, nodes }: Stage,
): { readonly subject: string; readonly signs: string; readonly isThere: boolean }[] {
  const here = new Set(nodes.flatMap((node) => node.here));
  return ["#", "+u0", "+u1", "+u2", "+u3"].map((subject) => ({
    subject,
    signs: told.filter((each) => each.subject === subject).sort((one, other) => one.order - other.order)
      .map(({ sign }) => sign).join(""),
    isThere: subject === "#" ? here.size > 0 : here.has(subject.slice(1)),
  }));
}

test(
  "while Redis is there exactly one node tells each change, and each coming is told before its going",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps(CALM), async (happenings) => {
        const stage = await open();
        for (const each of happenings) await play(stage, each);
        await end(stage);
        for (const { subject, signs, isThere } of tellings(stage)) {
          expect([subject, signs]).toEqual([
            subject,
            expect.stringMatching(isThere ? /^(?:\+-)*\+$/ : /^(?:\+-)*$/),
          ]);
        }
        for (const { faults } of stage.nodes) expect(faults).toEqual([]);
      }),
      { numRuns: 400 },
    );
  },
  30_000,
);

test(
  "however often one node loses Redis or is taken for dead, what was told last is so in the end",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps(STORM), async (happenings) => {
        const stage = await open();
        for (const each of happenings) await play(stage, each);
        await end(stage);
        for (const { subject, signs, isThere } of tellings(stage)) {
          expect([subject, signs.at(-1) ?? "-"]).toEqual([subject, isThere ? "+" : "-"]);
        }
        for (const { faults } of stage.nodes) expect(faults).toEqual([]);
      }),
      { numRuns: 400 },
    );
  },
  30_000,
);
