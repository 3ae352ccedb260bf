import { ROOT } from "../../../test/support/server-target.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const TEST = "test/browser/recovery.test.ts";
const RUNS = { quick: { events: 400, cuts: 6 }, long: { events: 10_000, cuts: 30 } } as const;

/** A line of the test: `Chromium, Echo, tabs: 1, 400 events on 6 channels, 171 whispers, 6 cuts: 0 lost, 29 twice (43 may)`. */
const LINE = /^(\w+, [\w. -]+, tabs: \d+), \d+ events .* cuts: (\d+) lost, (\d+) twice \((\d+) may\)$/;

/** What untouched clients in browsers lose, and get twice, over many cuts. */
export const browsers: Scenario = {
  name: "browsers",
  title: "Recovery in browsers",
  measures:
    "How many events browsers lose, and get twice, over cuts of the network and restarts of the server.",
  about:
    `Untouched pusher-js and Echo in the browsers that are installed, ${
      RUNS.long.events.toLocaleString("en")
    } events on each of six channels with ` +
    `${RUNS.long.cuts} cuts: a lost socket, 300 ms of swallowed bytes, a half-open link, a stop and start, \`resound restart\`. It is the ` +
    `test \`${TEST}\` with more of both, which fails where an event is missing. Of all channels together.`,
  needs: "recovery",
  async measure(stage) {
    const run = stage.pace.name === "quick" ? RUNS.quick : RUNS.long;
    stage.note(`${run.events} events, ${run.cuts} cuts`);
    // Each browser is measured against nothing but itself, so that one run does for all visits.
    report(stage, await (measured ??= measureOnce(run)));
  },
};

let measured: Promise<readonly string[]> | undefined;

/** The lines of one run. */
async function measureOnce(
  { events, cuts }: typeof RUNS.quick | typeof RUNS.long,
): Promise<readonly string[]> {
  const child = Bun.spawn([process.execPath, "test", "--no-orphans", TEST], {
    cwd: ROOT,
    env: { ...process.env, RESOUND_RECOVERY_EVENTS: String(events), RESOUND_RECOVERY_CUTS: String(cuts) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [text, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (await child.exited !== 0) throw new Error(`${TEST} has failed:\n${errors}`);
  return text.split("\n");
}

function report(stage: Stage, lines: readonly string[]): void {
  for (const line of lines) {
    const [, label, lost, twice] = LINE.exec(line) ?? [];
    if (label === undefined) continue;
    stage.add({ label, measure: "events lost", unit: "times", value: Number(lost) });
    stage.add({ label, measure: "events twice", unit: "times", value: Number(twice) });
  }
}
