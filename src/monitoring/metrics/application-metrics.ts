import type { ChannelAccess, ChannelKind } from "../../protocol/channel-name.ts";
import {
  type ApplicationCounters,
  RECEIVED_KINDS,
  SENT_KINDS,
  type Traffic,
} from "../application-counters.ts";
import type { CountedApplications, Counters } from "../counters.ts";
import { DISCONNECT_REASONS } from "../disconnect-reason.ts";
import { REFUSAL_REASONS, type RefusalReason } from "../refusal.ts";
import type { Labels, MetricFamily, NumberFamily } from "./metric-family.ts";

/** The part of a channel that the metrics read. */
interface ChannelState {
  readonly kind: ChannelKind;
  readonly subscriptionCount: number;
}

/** The connections, channels and members of one application on this node, as far as the metrics read them. */
export interface ApplicationState {
  readonly id: string;
  readonly connections: number;
  readonly channels: Iterable<ChannelState>;
  /** Members of all presence channels that are connected to this node; a user counts once for each channel. */
  readonly presenceMembers: () => number;
}

const CHANNEL_KINDS: readonly ChannelAccess[] = ["public", "private", "presence"];

/** Metrics with an application's id as label. Both sources drop an application that is removed, and so its series end. */
export function applicationMetrics(
  counters: CountedApplications & Pick<Counters, "unattributedRefusals">,
  states: () => Iterable<ApplicationState>,
): MetricFamily[] {
  const counter = (
    name: string,
    help: string,
    count: (application: ApplicationCounters) => number,
  ): NumberFamily => ({
    type: "counter",
    name: `resound_${name}_total`,
    help,
    labels: ["application"],
    *read() {
      for (const [application, each] of counters.applications) yield [{ application }, count(each)];
    },
  });
  const traffic = <K extends string>(
    name: string,
    help: string,
    kinds: readonly K[],
    of: (application: ApplicationCounters) => Readonly<Record<K, Traffic>>,
    field: keyof Traffic,
  ): NumberFamily => ({
    type: "counter",
    name: `resound_${name}_total`,
    help,
    labels: ["application", "kind"],
    *read() {
      for (const [application, each] of counters.applications) {
        for (const kind of kinds) {
          yield [{ application, kind: kind.replace("-", "_") }, of(each)[kind][field]];
        }
      }
    },
  });
  const channels = (
    name: string,
    help: string,
    figure: (channel: ChannelState) => number,
  ): NumberFamily => ({
    type: "gauge",
    name: `resound_${name}`,
    help,
    labels: ["application", "kind"],
    *read() {
      for (const { id: application, channels } of states()) {
        const byKind = new Map(CHANNEL_KINDS.map((kind) => [kind, 0]));
        for (const channel of channels) {
          const kind = channel.kind.access;
          byKind.set(kind, (byKind.get(kind) ?? 0) + figure(channel));
        }
        for (const [kind, value] of byKind) yield [{ application, kind }, value];
      }
    },
  });

  return [
    {
      type: "gauge",
      name: "resound_connections",
      help: "Connections that are established on this node",
      labels: ["application"],
      *read() {
        for (const { id, connections } of states()) yield [{ application: id }, connections];
      },
    },
    counter("connects", "Connections that were established", (each) => each.connects),
    {
      type: "counter",
      name: "resound_disconnects_total",
      help: "Established connections that have ended, by reason",
      labels: ["application", "reason"],
      *read() {
        for (const [application, { disconnects }] of counters.applications) {
          for (const reason of DISCONNECT_REASONS) yield [{ application, reason }, disconnects[reason]];
        }
      },
    },
    {
      type: "counter",
      name: "resound_refusals_total",
      help: "Refused requests and messages, by reason; without application where it is unknown",
      labels: ["application", "reason"],
      *read() {
        yield* refusals("", counters.unattributedRefusals);
        for (const [application, each] of counters.applications) yield* refusals(application, each.refusals);
      },
    },
    traffic(
      "messages_received",
      "Messages of clients, by what they are",
      RECEIVED_KINDS,
      (each) => each.received,
      "messages",
    ),
    traffic(
      "received_bytes",
      "Payload of the messages of clients, without framing",
      RECEIVED_KINDS,
      (each) => each.received,
      "bytes",
    ),
    traffic(
      "messages_sent",
      "Messages to clients; a published one counts for each receiver",
      SENT_KINDS,
      (each) => each.sent,
      "messages",
    ),
    traffic(
      "sent_bytes",
      "Payload of the messages to clients, without framing",
      SENT_KINDS,
      (each) => each.sent,
      "bytes",
    ),
    counter(
      "publishes",
      "Messages to a channel or a user, however many receive them",
      (each) => each.publishes,
    ),
    counter(
      "deliveries",
      "Messages to a channel or a user, once for each receiver",
      ({ sent }) => sent.channel.messages + sent.user.messages,
    ),
    counter(
      "api_events",
      "Events that the application has sent, once for each channel",
      (each) => each.apiEvents,
    ),
    counter(
      "api_repeated_calls",
      "Calls with an idempotency key that were given the answer of an earlier one; nothing was delivered",
      (each) => each.repeatedCalls,
    ),
    counter(
      "api_claims_alone",
      "Calls with an idempotency key that this node has decided about alone: the other nodes were out of reach",
      (each) => each.claimedAlone,
    ),
    counter("client_events", "Client events that were forwarded", (each) => each.clientEvents),
    counter("keepalive_pings", "Pings to clients that were silent", (each) => each.keepalivePings),
    channels("channels", "Channels with subscriptions on this node, by kind", () => 1),
    channels(
      "subscriptions",
      "Subscriptions of connections of this node, by the channel's kind",
      ({ subscriptionCount }) => subscriptionCount,
    ),
    {
      type: "gauge",
      name: "resound_presence_members",
      help: "Members of presence channels that are on this node, a user once for each channel",
      labels: ["application"],
      *read() {
        for (const { id, presenceMembers } of states()) yield [{ application: id }, presenceMembers()];
      },
    },
  ];
}

function* refusals(
  application: string,
  counts: ReadonlyMap<RefusalReason, number>,
): IterableIterator<readonly [Labels, number]> {
  for (const reason of REFUSAL_REASONS) yield [{ application, reason }, counts.get(reason) ?? 0];
}
