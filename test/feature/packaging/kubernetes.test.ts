import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { applicationSettings } from "../../../src/config/settings/application-settings.ts";
import { redisSettings } from "../../../src/config/settings/redis-settings.ts";
import { serverSettings } from "../../../src/config/settings/server-settings.ts";
import { settingsOf } from "../../../src/config/settings/setting.ts";
import {
  autoscaler as autoscalerSchema,
  budget as budgetSchema,
  deployment as deploymentSchema,
  service as serviceSchema,
} from "../../support/kubernetes-schemas.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { packagedFile } from "../../support/proxies.ts";
import { metricsUrlOf } from "../../support/scrape.ts";
import { ROOT } from "../../support/server-target.ts";
import { startServer } from "../../support/start-server.ts";

// No cluster runs here. These are the mistakes that can be seen in the text, and a server that starts as its pod would.

/** A file of the set, which MUST hold one manifest. */
function manifest<Schema extends v.GenericSchema>(file: string, schema: Schema): v.InferOutput<Schema> {
  return v.parse(schema, Bun.YAML.parse(packagedFile(`kubernetes/${file}`, {})));
}

const deployment = manifest("deployment.yaml", deploymentSchema);
const service = manifest("service.yaml", serviceSchema);
const autoscaler = manifest("autoscaler.yaml", autoscalerSchema);
const budget = manifest("disruption-budget.yaml", budgetSchema);
const pod = deployment.spec.template;
const [container] = pod.spec.containers;
const environment = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
const portOf = (name: string): number | undefined =>
  container.ports.find((port) => port.name === name)?.containerPort;

test("every file of the set is a manifest of the version that Kubernetes serves, with the same name", () => {
  expect(readdirSync(join(ROOT, "scripts/packaging/kubernetes")).toSorted())
    .toEqual(["autoscaler.yaml", "deployment.yaml", "disruption-budget.yaml", "service.yaml"]);
  const all = [deployment, service, autoscaler, budget];
  expect(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
    "apps/v1 Deployment",
    "v1 Service",
    "autoscaling/v2 HorizontalPodAutoscaler",
    "policy/v1 PodDisruptionBudget",
  ]);
  for (const { metadata } of all) expect(metadata).toEqual({ name: "resound", labels: pod.metadata.labels });
});

test("all selectors find the pods", () => {
  const selectors = [
    deployment.spec.selector.matchLabels,
    service.spec.selector,
    budget.spec.selector.matchLabels,
    ...pod.spec.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels),
  ];
  expect(selectors).toHaveLength(4);
  for (const selector of selectors) expect(selector).toEqual(pod.metadata.labels);
  const { apiVersion, kind, metadata: { name } } = deployment;
  expect(autoscaler.spec.scaleTargetRef).toEqual({ apiVersion, kind, name });
});

test("the ports are those on which the server listens", () => {
  expect(portOf("clients")).toBe(serverSettings.port.default);
  expect(portOf("metrics")).toBe(Number(environment["REVERB_METRICS_PORT"]));
  expect(environment["REVERB_METRICS_HOST"]).toBe("0.0.0.0");
  for (const { targetPort } of service.spec.ports) expect(portOf(targetPort)).toBeDefined();
});

test("every variable is one that the server reads", () => {
  const known = [serverSettings, applicationSettings, redisSettings]
    .flatMap((group) => settingsOf(group).flatMap(({ env }) => env ?? []));
  const comment = packagedFile("kubernetes/deployment.yaml", {}).split("\napiVersion")[0]!;
  const named = [...Object.keys(environment), ...comment.match(/\b(?:REVERB|REDIS)_\w+/g)!];
  expect(named.length).toBeGreaterThan(9);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test("the pod has more time to end than a stop takes", () => {
  // Of process/run.ts: running calls and slow readers.
  const lastCalls = 20;
  const drain = Number(environment["REVERB_DRAIN_DELAY"]) + Number(environment["REVERB_DRAIN_SECONDS"]);
  expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(drain + lastCalls);
  // A load balancer that asks the pods as often sees the stop before the drain.
  const { periodSeconds, failureThreshold } = container.readinessProbe;
  expect(Number(environment["REVERB_DRAIN_DELAY"])).toBeGreaterThan(periodSeconds * failureThreshold);
});

test("the autoscaler can add and remove pods, by a metric that the server has", () => {
  const { minReplicas, maxReplicas, metrics } = autoscaler.spec;
  expect(deployment.spec.replicas).toBeUndefined();
  // With a single pod the disruption budget would let that one go.
  expect(minReplicas).toBeGreaterThan(1);
  expect(maxReplicas).toBeGreaterThan(minReplicas);
  expect(budget.spec.maxUnavailable).toBeLessThan(minReplicas);
  const [name, ...more] = metrics.map(({ pods }) => pods.metric.name);
  expect(more).toEqual([]);
  expect(new MarkdownPage("docs/monitoring.md").rows("Metrics").map(([metric]) => metric)).toContain(
    `\`${name}\``,
  );
  const rule = new MarkdownPage("docs/kubernetes.md").code("yaml", "rules:");
  expect(Bun.YAML.parse(rule)).toMatchObject({
    rules: [{ seriesQuery: expect.stringContaining(`${name}{`) }],
  });
});

test("what is mounted is there", () => {
  const volumes = pod.spec.volumes.map(({ name }) => name);
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes);
});

test("a server with the pod's environment and no Redis answers all of its probes with 200", async () => {
  await using server = await startServer({
    env: {
      ...environment,
      REVERB_METRICS_PORT: "0",
      REDIS_HOST: "127.0.0.1",
      // Reserved (RFC 6335, 6): no program listens there.
      REDIS_PORT: "1",
      REVERB_DRAIN_DELAY: "0",
      REVERB_DRAIN_SECONDS: "0",
    },
  });
  for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
    expect(httpGet.port).toBe("clients");
    expect((await fetch(server.url + httpGet.path)).status).toBe(200);
  }
  expect((await fetch(`${server.url}/up?ready`)).status).toBe(503);
  expect((await fetch(await metricsUrlOf(server))).status).toBe(200);
});
