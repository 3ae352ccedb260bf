import type { ApplicationCandidate } from "./application-config.ts";
import type { ApplicationConfig, WebhookConfig } from "../config.ts";
import { type ConfigNode, nodeAt } from "../sources/config-node.ts";
import type { Findings } from "../findings.ts";
import { findWritten } from "../settings/read-settings.ts";
import { applicationSettings } from "../settings/application-settings.ts";
import { shownUrl } from "../kinds/webhook-kind.ts";

/** Warns of webhooks that are accepted and probably do something else than was meant. */
export function warnAboutWebhooks(
  { webhooks }: ApplicationConfig,
  candidate: ApplicationCandidate,
  isProduction: boolean,
  findings: Findings,
): void {
  warnAboutVariables(candidate, findings);
  const place = findWritten(candidate.sources, applicationSettings.webhooks)?.place;
  if (place === undefined) return warnAboutEvents(candidate, findings);
  const hosts = webhooks.filter(({ url }) => isProduction && isOpen(url)).map(({ url }) => shownUrl(url));
  for (const host of new Set(hosts)) {
    findings.warn(`${place}: what is sent to ${host} can be read and repeated on its way; use https`);
  }
  warnAboutRepetition(webhooks, place, findings);
}

/** A variable has no effect beside the same setting in the config file, unless the file itself asks for the variable. */
function warnAboutVariables({ sources, entry }: ApplicationCandidate, findings: Findings): void {
  for (const setting of [applicationSettings.webhooks, applicationSettings.webhookEvents]) {
    const [first, ...others] = sources.map((source) => findWritten([source], setting))
      .filter((written) => written !== undefined);
    const [second] = others;
    if (first === undefined || second === undefined) continue;
    if (asksFor(nodeAt(entry, setting.key), setting.env!)) continue;
    findings.warn(`${second.place}: has no effect, since ${first.place} is written; take one of them out`);
  }
}

function warnAboutEvents({ sources }: ApplicationCandidate, findings: Findings): void {
  const place = findWritten(sources, applicationSettings.webhookEvents)?.place;
  if (place === undefined) return;
  findings.warn(
    `${place}: these events are sent nowhere, since no webhook is configured; set ${applicationSettings.webhooks.env}`,
  );
}

/** Entries that are the same, and entries that send an event twice to one URL: with other headers they are two receivers. */
function warnAboutRepetition(webhooks: readonly WebhookConfig[], place: string, findings: Findings): void {
  for (const [index, webhook] of webhooks.entries()) {
    const others = webhooks.slice(0, index), written = JSON.stringify(webhook);
    const same = others.findIndex((earlier) => JSON.stringify(earlier) === written);
    const first = others.findIndex((earlier) => repeated(earlier, webhook).length > 0);
    if (same !== -1) {
      findings.warn(`${place}.${index}: is the same as ${place}.${same}; take one of them out`);
    } else if (first !== -1) {
      const events = repeated(webhooks[first]!, webhook).join(", ");
      findings.warn(
        `${place}.${index}: ${
          shownUrl(webhook.url)
        } is sent ${events} twice, by this entry and by ${place}.${first}`,
      );
    }
  }
}

/** The events that two entries send to one URL with different headers: all where the filters have channels in common, else only those of connections, which have no channel. */
function repeated(one: WebhookConfig, other: WebhookConfig): readonly string[] {
  if (one.url !== other.url || headersOf(one) === headersOf(other)) return [];
  const meet = startTogether(one.filter.prefix, other.filter.prefix) &&
    startTogether(reversed(one.filter.suffix), reversed(other.filter.suffix));
  return one.events.filter((event) =>
    other.events.includes(event) && (meet || event.startsWith("connection_"))
  );
}

function headersOf({ headers }: WebhookConfig): string {
  return JSON.stringify(Object.entries(headers).sort());
}

function startTogether(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}

/** Whether a part of the config file asks for a variable. */
function asksFor(node: ConfigNode | undefined, variable: string): boolean {
  if (node === undefined) return false;
  if (node.kind === "leaf") return node.env.includes(variable);
  return [...node.entries.values()].some((each) => asksFor(each, variable));
}

/** Whether requests to a URL leave the private network unencrypted, as far as its host shows. */
function isOpen(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  const isNear = !hostname.includes(".") ||
    /^(?:127|10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$/.test(hostname) ||
    /\.(?:test|localhost|local|internal|lan|home\.arpa)$/.test(hostname);
  return protocol === "http:" && !isNear;
}
