import { expect, test } from "bun:test";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";

const promtool = Bun.which("promtool");
const rules = join(import.meta.dir, "../../../scripts/grafana/alerts.yml");

test.skipIf(skipWhen(promtool === null, "Prometheus: promtool is not installed"))(
  "promtool takes the alert rules",
  async () => {
    const check = Bun.spawn([promtool!, "check", "rules", "--lint=all", "--lint-fatal", rules], {
      stdout: "pipe",
      stderr: "pipe",
    });
    const [errors, code] = await Promise.all([new Response(check.stderr).text(), check.exited]);
    expect({ errors, code }).toEqual({ errors: "", code: 0 });
  },
);
