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

test.skipIf(noPromtool)(
  "webhooks that fail and events that are given up raise an alert, and nothing else does",
  async () => {
    const labels = 'application="shop",instance="a:9464",job="resound"';
    const file = join(temporaryDirectory(), "tests.yml");
    const expected = (alertname: string, more: Record<string, string>, summary: string) => ({
      eval_time: "10m",
      alertname,
      exp_alerts: [{
        exp_labels: { application: "shop", instance: "a:9464", ...more },
        exp_annotations: { summary },
      }],
    });
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: [join(grafana, "alerts.yml")],
        evaluation_interval: "1m",
        tests: [{
          interval: "1m",
          input_series: [
            { series: `resound_webhook_requests_total{${labels},outcome="accepted"}`, values: "0+60x30" },
            // One try every two minutes, as those of a URL that is long dead, until the twelfth minute.
            {
              series: `resound_webhook_requests_total{${labels},outcome="timeout"}`,
              values: "0 0 1 1 2 2 3 3 4 4 5 5 6x20",
            },
            { series: `resound_webhook_events_total{${labels},outcome="accepted"}`, values: "0+60x30" },
            { series: `resound_webhook_events_total{${labels},outcome="expired"}`, values: "0x7 5x23" },
          ],
          alert_rule_test: [
            expected(
              "ResoundWebhooksFail",
              { severity: "warning" },
              "shop does not take its webhooks; `resound webhooks:test` says why",
            ),
            expected(
              "ResoundWebhooksDropped",
              { severity: "critical", outcome: "expired", job: "resound" },
              "shop will not hear of events by webhook: they were given up (expired)",
            ),
            { eval_time: "25m", alertname: "ResoundWebhooksFail", exp_alerts: [] },
            { eval_time: "25m", alertname: "ResoundWebhooksDropped", exp_alerts: [] },
          ],
        }],
      }),
    );
    const run = Bun.spawn([promtool!, "test", "rules", file], { stdout: "pipe", stderr: "pipe" });
    const [output, errors, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    expect({ code, said: code === 0 ? "" : output + errors }).toEqual({ code: 0, said: "" });
  },
);
