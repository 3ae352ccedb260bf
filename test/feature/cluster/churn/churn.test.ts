import { describe, expect, test } from "bun:test";
import { startCluster } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { Churn } from "../../../support/churn/churn.ts";
import { SeededRandom } from "../../../support/churn/seeded-random.ts";
import { differences, impossibilities } from "../../../support/churn/truth.ts";

// `RESOUND_CHURN_SEED=7 RESOUND_CHURN_ROUNDS=50 bun test test/feature/cluster/churn` for a long run from a seed on.
const SEED = Number(process.env.RESOUND_CHURN_SEED ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env.RESOUND_CHURN_ROUNDS ?? 2);
const STEPS = Number(process.env.RESOUND_CHURN_STEPS ?? 150);

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))(
  "users that come and go while nodes die and Redis fails",
  () => {
    for (let round = 0; round < ROUNDS; round++) {
      const seed = SEED + round, keepsData = seed % 2 === 0;
      test(`are where they are for every node and client in the end (seed ${seed})`, async () => {
        await using cluster = await startCluster({
          nodes: 3,
          leaseSeconds: 2,
          env: { REVERB_SCALING_COMMAND_TIMEOUT: "0.5", REVERB_SCALING_INTEREST_LINGER_SECONDS: "0.2" },
          wishes: { appendOnly: keepsData },
        });
        const churn = new Churn(cluster, new SeededRandom(seed));
        const begun = performance.now();
        // The bound is for the run's length alone; what holds, holds after any number of steps.
        for (let step = 0; step < STEPS && performance.now() - begun < 25_000; step++) await churn.step();
        try {
          await eventually(() => differences(churn, cluster.redis), (found) => found.length === 0);
          expect(impossibilities(churn)).toEqual([]);
          for (const node of churn.nodes) {
            expect(node.output.text()).not.toContain("A fault of the server itself");
          }
        } catch (error) {
          console.log(`Seed ${seed}: ${churn.diary.join(" ")}`);
          for (const node of churn.nodes) console.log(`node ${node.port}\n${node.output.text()}`);
          throw error;
        }
        await Promise.all(churn.open.map(({ peer }) => peer.close()));
      });
    }
  },
);
