import { ApplicationCounters, RECEIVED_KINDS, SENT_KINDS, type Traffic } from "./application-counters.ts";
import { DISCONNECT_REASONS } from "./disconnect-reason.ts";
import { GAP_REASONS } from "./gap.ts";
import { RecoveryCounters } from "./recovery-counters.ts";
import { WEBHOOK_EVENT_OUTCOMES, WEBHOOK_REQUEST_OUTCOMES, WebhookCounters } from "./webhook-counters.ts";

/** Adds the counts of an application to others, or takes them away with a `sign` of -1. */
export function addCounters(into: ApplicationCounters, from: ApplicationCounters, sign: 1 | -1): void {
  into.connects += sign * from.connects;
  into.publishes += sign * from.publishes;
  into.apiEvents += sign * from.apiEvents;
  into.repeatedCalls += sign * from.repeatedCalls;
  into.claimedAlone += sign * from.claimedAlone;
  into.clientEvents += sign * from.clientEvents;
  into.keepalivePings += sign * from.keepalivePings;
  if (from.hasClientCounts) addClients(into, from, sign);
  if (from.recovery !== undefined) addRecovery(into.recovery ??= new RecoveryCounters(), from.recovery, sign);
  if (from.webhooks !== undefined) addWebhooks(into.webhooks ??= new WebhookCounters(), from.webhooks, sign);
}

function addClients(into: ApplicationCounters, from: ApplicationCounters, sign: 1 | -1): void {
  for (const reason of DISCONNECT_REASONS) into.disconnects[reason] += sign * from.disconnects[reason];
  for (const [reason, count] of from.refusals) {
    into.refusals.set(reason, (into.refusals.get(reason) ?? 0) + sign * count);
  }
  for (const kind of RECEIVED_KINDS) addTraffic(into.received[kind], from.received[kind], sign);
  for (const kind of SENT_KINDS) addTraffic(into.sent[kind], from.sent[kind], sign);
}

function addTraffic(into: Traffic, from: Traffic, sign: 1 | -1): void {
  into.messages += sign * from.messages;
  into.bytes += sign * from.bytes;
}

function addRecovery(into: RecoveryCounters, from: RecoveryCounters, sign: 1 | -1): void {
  into.recovered += sign * from.recovered;
  into.replayed += sign * from.replayed;
  for (const reason of GAP_REASONS) into.gaps[reason] += sign * from.gaps[reason];
}

/** Without the events that wait: their number goes up and down. */
function addWebhooks(into: WebhookCounters, from: WebhookCounters, sign: 1 | -1): void {
  for (const outcome of WEBHOOK_EVENT_OUTCOMES) into.events[outcome] += sign * from.events[outcome];
  for (const outcome of WEBHOOK_REQUEST_OUTCOMES) into.requests[outcome] += sign * from.requests[outcome];
}
