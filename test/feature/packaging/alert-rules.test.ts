import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { skipWhen } from "../../support/skip-when.ts";
import { temporaryDirectory } from "../../support/start-server.ts";

const promtool = Bun.which("promtool");
const noPromtool = skipWhen(promtool === null, "Prometheus: promtool is not installed");
const grafana = join(import.meta.dir, "../../../scripts/grafana");

/** What promtool has to say about a file of rules; nothing when it likes it. */
async function complaints(file: string): Promise<string> {
  const check = Bun.spawn([promtool!, "check", "rules", "--lint=all", "--lint-fatal", file], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [errors, code] = await Promise.all([new Response(check.stderr).text(), check.exited]);
  return code === 0 ? errors : `${errors} (exit code ${code})`;
}

test.skipIf(noPromtool)("promtool takes the alert rules", async () => {
  expect(await complaints(join(grafana, "alerts.yml"))).toBe("");
});

test.skipIf(noPromtool)("promtool takes every question that the Grafana dashboard asks", async () => {
  const dashboard = JSON.parse(readFileSync(join(grafana, "resound.json"), "utf8")) as {
    panels: { targets?: { expr: string }[] }[];
  };
  const questions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const rules = questions.map((expr, index) => ({
    record: `question:${index}`,
    expr: expr.replaceAll("$__rate_interval", "5m"),
  }));
  const file = join(temporaryDirectory(), "questions.yml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
  expect(questions.length).toBeGreaterThan(20);
  expect(await complaints(file)).toBe("");
});
