// `bun run bench [scenario]`: measures this server beside the least that the runtime can do, in turns on the same machine.
import { cpus } from "node:os";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { measureCluster } from "./cluster.ts";
import { bare, type ContenderKind, fromSource, resound } from "./contender.ts";
import { fanOut } from "./fan-out.ts";
import { httpTrigger } from "./http-trigger.ts";
import { idleMemory } from "./idle-memory.ts";
import { LoadDriver } from "./load-driver.ts";
import type { Measurement, Scenario } from "./scenario.ts";
import { median, pairRatios, spread } from "./statistics.ts";

const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  "fan-out": [fanOut(1000, 8), fanOut(1000, 1), fanOut(100, 8)],
  http: [httpTrigger],
  memory: [idleMemory(10_000)],
};

const binary = resolve(import.meta.dir, "../../dist/resound");
const contenders: ContenderKind[] = [bare, fromSource];
if (existsSync(binary)) contenders.push(resound("Resound (binary)", [binary]));
else console.log("The binary is not built (bun run build): left out.");

/** Measured for itself, when it is asked for: there is nobody to take turns with. */
const CLUSTER = "cluster";

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => SCENARIOS[name] === undefined && name !== CLUSTER);
if (unknown.length > 0 || process.platform !== "linux") {
  console.error(
    unknown.length > 0
      ? `No scenario ${unknown.join(", ")}; there are ${[...Object.keys(SCENARIOS), CLUSTER].join(", ")}`
      : "The benchmark reads CPU time and memory from /proc, which only Linux has.",
  );
  process.exit(2);
}
console.log(`${cpus()[0]?.model ?? "unknown processor"} × ${cpus().length}, Bun ${Bun.version}\n`);
for (const [name, scenarios] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const scenario of scenarios) await compare(scenario);
}
if (wanted.includes(CLUSTER)) await measureCluster();

/** Runs all contenders in turn, as often as the scenario wants, and prints medians, spreads and the paired ratios. */
async function compare(scenario: Scenario): Promise<void> {
  console.log(`${scenario.name}, ${scenario.unit}, ${scenario.pairs} runs each in turn`);
  const series = new Map<ContenderKind, Measurement[]>(contenders.map((kind) => [kind, []]));
  for (let pair = 1; pair <= scenario.pairs; pair++) {
    for (const kind of contenders) {
      const measurement = await measureOnce(kind, scenario);
      series.get(kind)!.push(measurement);
      console.log(`  ${pair}/${scenario.pairs} ${kind.name}: ${measurement.value.toFixed(scenario.digits)}`);
    }
  }
  const values = (kind: ContenderKind): number[] => series.get(kind)!.map(({ value }) => value);
  for (const kind of contenders) {
    const ratios = pairRatios(values(kind), values(bare));
    const load = median(series.get(kind)!.map(({ loadShare }) => loadShare));
    const share = load > 0 ? `, load client busy ${(load * 100).toFixed(0)} %` : "";
    console.log(
      `${kind.name.padEnd(18)} ${spread(values(kind), scenario.digits)}  × bare ${spread(ratios, 2)}${share}`,
    );
  }
  console.log("");
}

async function measureOnce(kind: ContenderKind, scenario: Scenario): Promise<Measurement> {
  const contender = await kind.start();
  const load = new LoadDriver();
  try {
    return await scenario.measure(contender, load);
  } finally {
    await load.stop();
    await contender.stop();
  }
}
