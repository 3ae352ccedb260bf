import { serverSettings } from "../settings/server-settings.ts";
import type { AnySetting } from "../settings/setting.ts";
import type { ForeignValue, ForeignValues } from "./foreign-table.ts";
import { soketiRedis } from "./soketi-redis.ts";
import type { SoketiOptions } from "./soketi-options.ts";

/** The place of a value that is written nowhere. */
export const SOKETI_DEFAULT = "soketi's default";

const MEGABYTE = 1_048_576;

/** Options that mean what one of our settings means, with what becomes of the value. */
const SAME: readonly (readonly [option: string, setting: string, convert?: (value: unknown) => unknown])[] = [
  ["host", "host"],
  ["port", "port"],
  ["pathPrefix", "path"],
  ["shutdownGracePeriod", "drain_seconds", (value) => Number(value) / 1000],
  ["httpApi.requestLimitInMb", "max_request_size", (value) => Math.ceil(Number(value) * MEGABYTE)],
  ["httpApi.acceptTraffic.memoryThreshold", "soketi.memory_threshold"],
  ["ssl.certPath", "options.tls.local_cert", String],
  ["ssl.keyPath", "options.tls.local_pk", String],
  ["ssl.passphrase", "options.tls.passphrase", String],
];

/**
 * The settings of the server that soketi's options stand for. Where an option is not written, soketi's default takes the place of ours,
 * unless a variable of ours says something else; `isSet` tells that.
 */
export function soketiServer(
  options: SoketiOptions,
  isSet: (setting: AnySetting) => boolean,
): ForeignValues {
  const values = new Map<string, ForeignValue>();
  for (const [option, setting, convert = (value: unknown) => value] of SAME) {
    const found = options.find(option);
    if (found !== undefined) values.set(setting, { ...found, value: convert(found.value) });
  }
  const orDefault = (setting: AnySetting, value: unknown): void => {
    if (!values.has(setting.key) && !isSet(setting)) {
      values.set(setting.key, { value, place: `${SOKETI_DEFAULT} ${setting.key}` });
    }
  };
  const { port, maxRequestSize, soketi, webhooks } = serverSettings;
  orDefault(port, 6001);
  orDefault(maxRequestSize, 100 * MEGABYTE);
  orDefault(soketi.routes, true);
  if (options.isOn("webhooks.batching.enabled")) {
    const found = options.find("webhooks.batching.duration");
    if (found !== undefined) {
      values.set(webhooks.batchSeconds.key, { ...found, value: Number(found.value) / 1000 });
    } else orDefault(webhooks.batchSeconds, 0.05);
  } else orDefault(webhooks.batchEvents, 1);
  metrics(options, values, orDefault);
  for (const [key, value] of soketiRedis(options)) values.set(key, value);
  return values;
}

/** The metrics' own port, which soketi has only where it is switched on; there the page answers every host name. */
function metrics(
  options: SoketiOptions,
  values: Map<string, ForeignValue>,
  orDefault: (setting: AnySetting, value: unknown) => void,
): void {
  const isOn = options.isOn("metrics.enabled");
  const { metricsHost, metricsPort, metricsAllowedHosts, soketi } = serverSettings;
  const named: readonly (readonly [string, AnySetting, unknown])[] = [
    ["metrics.host", metricsHost, "0.0.0.0"],
    ["metrics.port", metricsPort, 9601],
    ["metrics.prometheus.prefix", soketi.seriesPrefix, "soketi_"],
  ];
  for (const [option, setting, fallback] of named) {
    const found = options.find(option);
    if (!isOn) continue;
    if (found !== undefined) values.set(setting.key, found);
    else orDefault(setting, fallback);
  }
  if (isOn) orDefault(metricsAllowedHosts, ["*"]);
}
