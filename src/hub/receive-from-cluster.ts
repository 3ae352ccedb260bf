import {
  channelOfUserTopic,
  DIRECTORY_TOPIC,
  isConsoleTopic,
  isRecoveryTopic,
  partsOfTopic,
} from "./channels/topic.ts";
import type { Channel } from "./channels/channel.ts";
import type { ClusterReceiver } from "./cluster/cluster.ts";
import { parseObject } from "../protocol/json-object.ts";
import { subscriptionCountFrame } from "../protocol/encode-frame.ts";
import type { HubRegistry } from "./hub-registry.ts";
import type { Hub } from "./hub.ts";
import { terminateConnection, terminateUser } from "./terminate-user.ts";
import { unsubscribeUser } from "./unsubscribe-user.ts";

/** Does on this node what other nodes ask for. What concerns an application or a channel that is gone here is dropped. */
export class ReceiveFromCluster implements ClusterReceiver {
  readonly #hubs: Pick<HubRegistry, "byId">;
  readonly #console: ((topic: string, text: string) => void) | undefined;
  readonly #directory: ((text: string) => void) | undefined;

  /** `console` takes the messages of other nodes' dashboards, `directory` those about applications that are looked up, where this node has these. */
  constructor(
    hubs: Pick<HubRegistry, "byId">,
    console?: (topic: string, text: string) => void,
    directory?: (text: string) => void,
  ) {
    this.#hubs = hubs;
    this.#console = console;
    this.#directory = directory;
  }

  event(topic: string, frame: string, exceptSocketId: string | undefined, id?: string): void {
    const { hub, channel, isChannel } = this.#find(topic);
    if (!isChannel && isConsoleTopic(topic)) return this.#console?.(topic, frame);
    if (topic === DIRECTORY_TOPIC) return this.#directory?.(frame);
    if (hub === undefined) return;
    if (!isChannel && isRecoveryTopic(topic)) return hub.recovery?.receive(frame);
    const except = exceptSocketId === undefined ? undefined : hub.connections.find(exceptSocketId);
    if (channel !== undefined) hub.delivery.toChannel(channel, frame, except);
    else if (!isChannel) hub.delivery.toTopic(topic, frame, except);
    if (hub.recovery === undefined) return;
    // A channel that has lost its last subscriber is listened to for a moment longer, and one of them may come back.
    const { name } = this.#recovered(topic);
    if (name !== undefined) hub.recovery.events.heard(name, frame, exceptSocketId, id);
  }

  followed(topic: string, id: string | undefined): void {
    const { hub, name } = this.#recovered(topic);
    if (name !== undefined) hub?.recovery?.shared.followed(name, id);
  }

  logged(topic: string, id: string, position: number): void {
    const { hub, name } = this.#recovered(topic);
    if (name !== undefined) hub?.recovery?.shared.placed(name, id, position);
  }

  missed(topic: string): void {
    const { hub, name } = this.#recovered(topic);
    if (name !== undefined) hub?.recovery?.shared.missed(name);
  }

  cached(topic: string, frame: string | undefined): void {
    const { hub } = this.#find(topic);
    // Another program may have written to Redis what is no frame.
    if (frame === undefined || parseObject(frame) === undefined) hub?.cache.drop(topic);
    else hub?.cache.put(topic, frame);
  }

  counted(topic: string, subscriptions: number): void {
    const { hub, channel } = this.#find(topic);
    if (hub === undefined || channel === undefined) return;
    channel.announcedEverywhere(subscriptions);
    // The application may have the count reported without having it announced to the subscribers.
    if (channel.subscriptionCount === 0 || !hub.application.settings.subscriptionCount) return;
    const frame = subscriptionCountFrame(channel.name, subscriptions);
    hub.delivery.toChannel(channel, frame);
    hub.recovery?.events.announced(channel.name, frame);
  }

  terminate(applicationId: string, userId: string): void {
    const hub = this.#hubs.byId(applicationId);
    if (hub !== undefined) terminateUser(hub, userId);
  }

  unsubscribe(applicationId: string, userId: string, pattern: string): void {
    const hub = this.#hubs.byId(applicationId);
    if (hub !== undefined) unsubscribeUser(hub, userId, pattern);
  }

  close(applicationId: string, socketId: string): void {
    const hub = this.#hubs.byId(applicationId), connection = hub?.connections.find(socketId);
    if (hub !== undefined && connection !== undefined) terminateConnection(hub, connection);
  }

  recalled(applicationId: string, name: string): void {
    this.#hubs.byId(applicationId)?.recovery?.recalled(name);
  }

  recallAnswered(applicationId: string, name: string, isAlive: boolean): void {
    this.#hubs.byId(applicationId)?.recovery?.abroad.recallAnswered(name, isAlive);
  }

  #recovered(topic: string): { readonly hub: Hub | undefined; readonly name: string | undefined } {
    const { applicationId, channel } = partsOfTopic(topic);
    return { hub: this.#hubs.byId(applicationId), name: channel ?? channelOfUserTopic(topic) };
  }

  #find(
    topic: string,
  ): { readonly hub: Hub | undefined; readonly channel: Channel | undefined; readonly isChannel: boolean } {
    const { applicationId, channel: name } = partsOfTopic(topic);
    const hub = this.#hubs.byId(applicationId);
    return {
      hub,
      channel: name === undefined ? undefined : hub?.channels.find(name),
      isChannel: name !== undefined,
    };
  }
}
