// Started by `prove-simulated.ts`: simulates every so-manieth seed and writes a line for each that fails.
import { simulateSeeds, wrongIn } from "./simulate-seeds.ts";

const [first = 1, count = 1, stride = 1] = process.argv.slice(2).map(Number);

setImmediate(() => {
  for (const { plan, run } of simulateSeeds(first, count, stride)) {
    console.log(JSON.stringify({ seed: plan.seed, wrong: [...wrongIn(run)] }));
  }
  process.exit();
});
