import * as v from "valibot";

// The fields of Kubernetes' API that our manifests use, with their types, as the API reference has them. A field that is not here is a
// slip until it is added: `kubectl apply` refuses unknown ones as well.

/** RFC 1123: what objects may be called. */
const name = v.pipe(v.string(), v.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/));
/** RFC 6335: a port's name. */
const portName = v.pipe(name, v.maxLength(15));
const labels = v.record(v.string(), v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
/** `250m`, `256Mi`. */
const quantity = v.pipe(v.string(), v.regex(/^\d+(m|[KMGT]i?)?$/));
const selector = v.strictObject({ matchLabels: labels });

function manifest<const Version extends string, const Kind extends string, Spec extends v.GenericSchema>(
  apiVersion: Version,
  kind: Kind,
  spec: Spec,
) {
  const metadata = v.strictObject({ name, labels });
  return v.strictObject({ apiVersion: v.literal(apiVersion), kind: v.literal(kind), metadata, spec });
}

const probe = v.strictObject({
  httpGet: v.strictObject({ path: v.pipe(v.string(), v.startsWith("/")), port: portName }),
  periodSeconds: positive,
  timeoutSeconds: v.optional(positive),
  failureThreshold: positive,
});

const container = v.strictObject({
  name,
  image: v.string(),
  ports: v.array(v.strictObject({ name: portName, containerPort: port })),
  envFrom: v.array(v.strictObject({ secretRef: v.strictObject({ name }) })),
  // A number or a boolean without quotation marks is refused by the API.
  env: v.array(v.strictObject({ name: v.string(), value: v.string() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: v.strictObject({
    requests: v.strictObject({ cpu: quantity, memory: quantity }),
    limits: v.strictObject({ memory: quantity }),
  }),
  securityContext: v.strictObject({
    allowPrivilegeEscalation: v.literal(false),
    readOnlyRootFilesystem: v.literal(true),
    capabilities: v.strictObject({ drop: v.tuple([v.literal("ALL")]) }),
  }),
  volumeMounts: v.array(v.strictObject({ name, mountPath: v.pipe(v.string(), v.startsWith("/")) })),
});

/** `deployment.yaml`. */
export const deployment = manifest(
  "apps/v1",
  "Deployment",
  v.strictObject({
    replicas: v.optional(count),
    selector,
    strategy: v.strictObject({
      type: v.literal("RollingUpdate"),
      rollingUpdate: v.strictObject({ maxSurge: count, maxUnavailable: count }),
    }),
    minReadySeconds: count,
    template: v.strictObject({
      metadata: v.strictObject({ labels }),
      spec: v.strictObject({
        terminationGracePeriodSeconds: positive,
        topologySpreadConstraints: v.array(v.strictObject({
          maxSkew: positive,
          topologyKey: v.string(),
          whenUnsatisfiable: v.picklist(["DoNotSchedule", "ScheduleAnyway"]),
          labelSelector: selector,
        })),
        securityContext: v.strictObject({
          runAsNonRoot: v.literal(true),
          seccompProfile: v.strictObject({ type: v.literal("RuntimeDefault") }),
        }),
        containers: v.tuple([container]),
        volumes: v.array(v.strictObject({ name, emptyDir: v.strictObject({}) })),
      }),
    }),
  }),
);

/** `service.yaml`. */
export const service = manifest(
  "v1",
  "Service",
  v.strictObject({
    selector: labels,
    ports: v.array(v.strictObject({ name: portName, port, targetPort: portName })),
  }),
);

/** `autoscaler.yaml`. */
export const autoscaler = manifest(
  "autoscaling/v2",
  "HorizontalPodAutoscaler",
  v.strictObject({
    scaleTargetRef: v.strictObject({ apiVersion: v.string(), kind: v.string(), name }),
    minReplicas: positive,
    maxReplicas: positive,
    metrics: v.array(v.strictObject({
      type: v.literal("Pods"),
      pods: v.strictObject({
        metric: v.strictObject({ name: v.string() }),
        target: v.strictObject({ type: v.literal("AverageValue"), averageValue: quantity }),
      }),
    })),
    behavior: v.strictObject({
      scaleUp: v.strictObject({ stabilizationWindowSeconds: count }),
      scaleDown: v.strictObject({
        stabilizationWindowSeconds: count,
        policies: v.array(v.strictObject({
          type: v.picklist(["Pods", "Percent"]),
          value: positive,
          periodSeconds: positive,
        })),
      }),
    }),
  }),
);

/** `disruption-budget.yaml`. */
export const budget = manifest(
  "policy/v1",
  "PodDisruptionBudget",
  v.strictObject({
    maxUnavailable: positive,
    unhealthyPodEvictionPolicy: v.picklist(["IfHealthyBudget", "AlwaysAllow"]),
    selector,
  }),
);
