import { hostAddress, hostNames } from "../kinds/address-kind.ts";
import { integer, listeningPort, oneOf } from "../kinds/value-kind.ts";
import { setting } from "./setting.ts";

/** The log and the metrics: settings of the server. */
export const monitoringSettings = {
  logLevel: setting({
    key: "log_level",
    env: "REVERB_LOG_LEVEL",
    flag: "--log-level <level>",
    kind: oneOf("debug", "info", "warning", "error"),
    default: "info",
    ours: true,
    live: true,
    description:
      "the least that is logged: `error`, `warning`, `info`, or `debug` for every message as with `--debug`",
  }),
  logFormat: setting({
    key: "log_format",
    env: "REVERB_LOG_FORMAT",
    flag: "--log-format <format>",
    kind: oneOf("text", "json"),
    default: "text",
    ours: true,
    description: "how a line of the log looks: `text`, or `json` for one object a line",
    see: "[Logs](monitoring.md#logs)",
  }),
  metricsHost: setting({
    key: "metrics.host",
    env: "REVERB_METRICS_HOST",
    kind: hostAddress,
    default: "127.0.0.1",
    ours: true,
    description: "address of the metrics' own port, or `unix:` and a path",
    see: "[Prometheus](monitoring.md#prometheus)",
  }),
  metricsPort: setting({
    key: "metrics.port",
    env: "REVERB_METRICS_PORT",
    kind: listeningPort,
    default: undefined,
    ours: true,
    description: "port on which Prometheus finds `/metrics`; 0 takes any free one",
    defaultText: "off",
  }),
  metricsMaxApplications: setting({
    key: "metrics.max_applications",
    env: "REVERB_METRICS_MAX_APPLICATIONS",
    kind: integer(1, 100_000),
    default: 100,
    ours: true,
    description:
      "applications with series of their own; of more, those with the most connections, and the others together as `other`",
  }),
  metricsAllowedHosts: setting({
    key: "metrics.allowed_hosts",
    env: "REVERB_METRICS_ALLOWED_HOSTS",
    kind: hostNames,
    default: [],
    ours: true,
    live: true,
    description:
      "host names by which the metrics' port is asked, besides IP addresses, `localhost`, `metrics.host`, `hostname` and the machine's own name: `resound`, `*.monitoring.svc`; `*` for every name; a comma list in the environment",
    see: "[Host names](monitoring.md#host-names-of-the-metrics-port)",
  }),
};
