import { createHash } from "node:crypto";
import type { WebhookConfig } from "../config/config.ts";
import type { WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/** One place that is told, which entries of an application's `webhooks` may share: what concerns one channel arrives there in order. */
export interface Receiver {
  /** Names it in what is spooled, without showing its secrets; stays the same when its credentials, headers, events or filters change. */
  readonly id: string;
  /** With a user's name and password, where it has some. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** An event is sent once, however many of them want it. */
  readonly entries: readonly WebhookConfig[];
}

/** The receivers of an application: entries with the same URL and the same headers are one. */
export function receiversOf(configs: readonly WebhookConfig[]): readonly Receiver[] {
  const groups = new Map<string, WebhookConfig[]>();
  for (const config of configs) {
    const sameHeaders = JSON.stringify(Object.entries(config.headers).sort());
    const place = `${config.url}\n${sameHeaders}`, group = groups.get(place);
    if (group === undefined) groups.set(place, [config]);
    else group.push(config);
  }
  /** How many receivers have a URL, but for its credentials. */
  const known = new Map<string, number>();
  return Array.from(groups.values(), (entries) => {
    const { url, headers } = entries[0]!, place = withoutCredentials(url), number = known.get(place) ?? 0;
    known.set(place, number + 1);
    const named = number === 0 ? place : `${place}\n${number}`;
    const id = createHash("sha256").update(named).digest("hex").slice(0, 24);
    return { id, url, headers, entries };
  });
}

/** Whether one of its entries asks for events of this name at all. */
export function wantsName({ entries }: Receiver, name: WebhookEventName): boolean {
  return entries.some(({ events }) => events.includes(name));
}

/** Whether one of its entries asks for an event; one about no channel passes every filter. */
export function wantsEvent(
  { entries }: Receiver,
  { name }: WebhookEvent,
  channel: string | undefined,
): boolean {
  return entries.some(({ events, filter: { prefix, suffix } }) =>
    events.includes(name) &&
    (channel === undefined || channel.startsWith(prefix) && channel.endsWith(suffix))
  );
}

function withoutCredentials(written: string): string {
  const url = new URL(written);
  url.username = url.password = "";
  return url.href;
}
