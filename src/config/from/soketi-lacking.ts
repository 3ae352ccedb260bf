import type { Findings } from "../findings.ts";
import type { SoketiOptions } from "./soketi-options.ts";

/** Options that are not read and whose effect is the same without them. */
const SAME_WITHOUT: readonly string[] = [
  "appManager.cache.",
  "appManager.mysql.useMysql2",
  "appManager.mysql.version",
  "appManager.postgres.version",
  "cache.",
  "database.",
  "databasePooling.enabled",
  "rateLimiter.",
  "queue.redis.",
];

/** Why an option, or all that begin so, has no counterpart; each completes a sentence. */
const REASONS: readonly (readonly [option: string, reason: string])[] = [
  ["adapter.nats.", "nodes find each other through Redis (scaling.enabled)"],
  ["adapter.cluster.", "nodes find each other through Redis (scaling.enabled)"],
  ["adapter.redis.redis", "options of the Redis client are settings of their own (scaling.server)"],
  ["adapter.redis.requestsTimeout", "how long Redis may take for an answer is scaling.command_timeout"],
  [
    "appManager.dynamodb.",
    "applications come from the configuration, a database or an address (apps.provider)",
  ],
  ["channelLimits.cacheTtl", "the last event of a cache channel is kept for half an hour, as at Pusher"],
  ["cluster.", "nodes find each other through Redis (scaling.enabled)"],
  ["cors.", "the API answers programs, and no pages of other origins"],
  ["databasePooling.", "apps.lookups is the number of connections to the database"],
  ["debug", "--debug, or log_level = debug, shows every message"],
  ["eventLimits.maxNameLength", "the name of an event is limited with its message"],
  ["metrics.driver", "metrics are served for Prometheus"],
  ["mode", "every process serves clients and sends its own webhooks"],
  [
    "presence.maxMemberSizeInKb",
    "a member's data is limited with the message that it comes in (max_message_size)",
  ],
  ["presence.maxMembersPerChannel", "a presence channel takes every user"],
  ["queue.", "webhooks wait in the memory of the server that sends them, and are kept over a restart"],
  ["ssl.caPath", "certificates of the authority belong behind the server's own, in the file of ssl.certPath"],
];

/** Options whose usual value is what happens here. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  "metrics.driver": ["prometheus"],
  "mode": ["full"],
  "queue.driver": ["sync", "redis"],
  "debug": ["false", "0"],
};

/** Warns of everything that soketi was configured with and that has no counterpart here, one line each. */
export function warnAboutLacking(options: SoketiOptions, findings: Findings): void {
  const adapter = options.find("adapter.driver");
  if (adapter !== undefined && !["local", "redis"].includes(String(adapter.value))) {
    findings.warn(
      `${adapter.place}: the adapter ${
        JSON.stringify(adapter.value)
      } has no counterpart here: several machines find each other through ` +
        "Redis (scaling.enabled), and several processes of one machine are workers (workers)",
    );
  }
  for (const { option, place } of options.unasked()) {
    if (option === undefined) {
      findings.warn(`${place}: soketi 1.6 has no such variable; it is ignored`);
      continue;
    }
    if (SAME_WITHOUT.some((beginning) => option.startsWith(beginning))) continue;
    if (USUAL[option]?.includes(options.text(option, "")) === true) continue;
    const reason = REASONS.find(([beginning]) => option.startsWith(beginning))?.[1];
    findings.warn(
      reason === undefined
        ? `${place}: soketi's ${option} is not known here; it is ignored`
        : `${place}: soketi's ${option} has no counterpart here: ${reason}`,
    );
  }
}
