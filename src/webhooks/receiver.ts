import { createHash } from "node:crypto";
import type { WebhookConfig } from "../config/config.ts";
import type { WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/**
 * Where an application receives its webhooks. Entries of `webhooks` with one URL and the same headers are one receiver, so that all
 * events of a channel arrive there in order.
 */
export interface Receiver {
  /** Names it in the spool without showing its secrets. Stays the same when its credentials, headers, events or filters change. */
  readonly id: string;
  /** With the user and the password, where it has them. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** An event that several of them name is sent once. */
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
  /** How many receivers have a URL, without its credentials. */
  const known = new Map<string, number>();
  return Array.from(groups.values(), (entries) => {
    const { url, headers } = entries[0]!, place = withoutCredentials(url), number = known.get(place) ?? 0;
    known.set(place, number + 1);
    const named = number === 0 ? place : `${place}\n${number}`;
    const id = createHash("sha256").update(named).digest("hex").slice(0, 24);
    return { id, url, headers, entries };
  });
}

/** Whether an entry of the receiver names this event. */
export function receivesName({ entries }: Receiver, name: WebhookEventName): boolean {
  return entries.some(({ events }) => events.includes(name));
}

/** Whether an entry of the receiver names this event and its filter lets the channel pass. Without a channel it passes every filter. */
export function receivesEvent(
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
