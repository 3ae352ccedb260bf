import { expect, test } from "bun:test";
import type { NamedPlace } from "../../../../src/hub/cluster/cluster-names.ts";
import { Abroad } from "../../../../src/hub/recovery/abroad.ts";
import { writeKept } from "../../../../src/hub/recovery/kept-connection.ts";
import { FakeTimers } from "../../../support/recovering-page.ts";

/** Lets what has resolved go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Connections of other nodes that are looked for under names, where Redis gives these answers and then none. */
function looking(answers: (readonly (string | undefined)[])[]) {
  const timers = new FakeTimers(), found = new Map<string, unknown>();
  const names = {
    find: () => Promise.resolve(answers.shift() ?? new Promise<undefined>(() => {})),
    additions: (open: readonly NamedPlace[]) => Promise.resolve(open.map(() => undefined)),
  };
  const abroad = new Abroad({ cluster: { patience: 1000, log: { names } } } as never, {
    now: () => timers.now,
    wallClock: () => 0,
    after: (milliseconds: number, then: () => void) => timers.after(milliseconds, then),
  } as never);
  const asked = ["resound-0123abcd-0-aaaaaaaaaaaaaaaa", "resound-0123abcd-0-bbbbbbbbbbbbbbbb"];
  const latch = abroad.find(asked, { found: (name, kept) => void found.set(name, kept) });
  const pass = async (milliseconds: number): Promise<void> => {
    timers.advance(milliseconds);
    await settle();
  };
  return { first: asked[0]!, latch, found, pass };
}

const CUT = { origin: "https://a.example", socketIds: ["1.1"], users: [], ids: [], isOpen: false };

test("what was found before the time was over counts, also where a later look has no answer", async () => {
  const { first, latch, found, pass } = looking([[writeKept(CUT), undefined]]);
  await settle();
  await pass(150);
  expect(latch.isOpen).toBe(false);
  await pass(1000);
  expect(latch.isOpen).toBe(true);
  expect(found.get(first)).toMatchObject({ origin: "https://a.example" });
});
