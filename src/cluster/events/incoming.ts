import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { ClusterReceiver } from "../../hub/cluster/cluster.ts";
import type { SharedReports } from "../departures/shared-reports.ts";
import type { Audience } from "../membership/audience.ts";
import { readControlMessage } from "../membership/control-message.ts";
import type { InterestTable } from "./interest-table.ts";
import { processOfNode } from "../membership/node-lease.ts";
import type { Peers } from "../membership/peers.ts";
import type { MissedEvents } from "./missed-events.ts";
import type { RedisEvents } from "./redis-events.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { RedisLog } from "./redis-log.ts";
import type { LoggedEvent } from "./read-log.ts";
import { readDescription } from "../membership/node-description.ts";
import { readMessage } from "./wire-message.ts";

/** The parts that messages go to. */
export interface IncomingParts {
  readonly keys: RedisKeys;
  readonly interests: InterestTable;
  readonly peers: Peers;
  readonly audience: Pick<Audience, "heard">;
  readonly log: Pick<RedisLog, "follows" | "arrived">;
  readonly receiver: () => ClusterReceiver;
  readonly counters: ClusterCounters;
  readonly events: Pick<RedisEvents, "recent" | "tell">;
  readonly missed: () => Pick<MissedEvents, "arrives" | "answered">;
  /** Names this process among all nodes. */
  readonly processId: string;
  /** Id of this node's stay. */
  readonly nodeId: () => string;
  readonly reports: Pick<SharedReports, "nodeIsBack">;
  /** Called when a node says that it has written all that it has. */
  readonly greeted: (node: string) => void;
  /** Called when another node has noticed that Redis has lost its data, or has deleted what cannot be read (`isDamaged`). */
  readonly dataLost: (isDamaged: boolean) => void;
  /** Called when this node is asked to restart. */
  readonly restart: () => void;
}

/** Reads the messages from Redis and hands each to the part that it concerns. One that cannot be read is counted and dropped. */
export class Incoming {
  readonly #parts: IncomingParts;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  message(channel: string, payload: string): void {
    if (channel === this.#parts.keys.control) this.#control(payload);
    else this.#onTopic(this.#parts.keys.topicOf(channel), payload);
  }

  #onTopic(topic: string, payload: string): void {
    const { counters, receiver, processId, interests } = this.#parts;
    const entry = interests.find(topic);
    if (entry === undefined) return;
    const message = readMessage(payload);
    switch (message?.type) {
      case "event": {
        const { origin, sequence, cached, frame, place } = message;
        if (cached) {
          // An event of this node too: when two nodes publish at once, the order in Redis decides on the last event.
          entry.knowsEvent = true;
          if (entry.isLastEvent(origin === processId, sequence)) receiver().cached(topic, frame);
        }
        if (this.#parts.log.follows(topic)) {
          const event = { ...message, position: place?.position ?? 0 };
          return this.#parts.log.arrived(topic, place, (id) => this.event(topic, event, id, payload.length));
        }
        return this.event(topic, message, undefined, payload.length);
      }
      case "member_added":
      case "member_removed":
        return entry.presence?.changed(message);
      case "members_unreadable":
        return entry.presence?.askAgain();
      case "subscription_count":
        return receiver().counted(topic, message.subscriptions);
      case undefined:
        counters.dropped.unreadable++;
    }
  }

  /** An event, in its turn; `id` where it is in the log that this node follows. `size` in characters of its message. */
  event(
    topic: string,
    { origin, sequence, frame, exceptSocketId, position }:
      & Pick<LoggedEvent, "origin" | "sequence" | "frame" | "exceptSocketId">
      & Partial<Pick<LoggedEvent, "position">>,
    id: string | undefined,
    size = frame.length,
  ): void {
    const { counters, receiver, processId, interests } = this.#parts;
    const isOwn = origin === processId, entry = interests.find(topic);
    if (!isOwn && entry !== undefined) this.#parts.missed().arrives(entry, origin, sequence);
    if (isOwn || entry?.isRepeated(origin, sequence) === true) {
      if (id !== undefined) receiver().logged(topic, id, isOwn ? position ?? 0 : 0);
      return;
    }
    counters.received++;
    counters.receivedBytes += size;
    receiver().event(topic, frame, exceptSocketId, id);
  }

  #control(payload: string): void {
    const { counters, receiver, processId, peers, restart, greeted, dataLost } = this.#parts;
    const message = readControlMessage(payload);
    if (message === undefined) return void counters.dropped.unreadable++;
    this.#parts.audience.heard(message);
    switch (message.type) {
      case "hello": {
        const description = readDescription(message.description);
        // A node that is alive is found with the next beat as well.
        if (description === undefined) counters.dropped.unreadable++;
        else peers.meet({ id: message.node, description });
        this.#parts.reports.nodeIsBack();
        return greeted(message.node);
      }
      case "lost":
        if (processOfNode(message.node) !== processId) dataLost(message.isDamaged === true);
        return;
      case "present":
      case "noticed":
        return;
      case "missed": {
        const { events } = this.#parts, { node } = message;
        if (processOfNode(node) === processId) return;
        const recent = events.recent(message.milliseconds);
        if (recent.length > 0) {
          events.tell({ type: "published", node: this.#parts.nodeId(), to: node, events: recent });
        }
        return;
      }
      case "published":
        if (processOfNode(message.to) !== processId) return;
        return this.#parts.missed().answered(processOfNode(message.node), message.events);
      case "bye":
        return peers.part(message.node);
      case "terminate":
        if (processOfNode(message.node) === processId) return;
        return receiver().terminate(message.applicationId, message.userId);
      case "unsubscribe":
        if (processOfNode(message.node) === processId) return;
        return receiver().unsubscribe(message.applicationId, message.userId, message.pattern);
      case "close":
        if (processOfNode(message.node) === processId) return;
        return receiver().close(message.applicationId, message.socketId);
      case "recall":
        if (processOfNode(message.node) === processId) return;
        return receiver().recalled(message.applicationId, message.name);
      case "recalled":
        if (processOfNode(message.node) === processId) return;
        return receiver().recallAnswered(message.applicationId, message.name, message.isAlive);
      case "restart":
        if (processOfNode(message.target) === processId) restart();
    }
  }
}
