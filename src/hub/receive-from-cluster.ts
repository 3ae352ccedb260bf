import { channelOfUserTopic, isConsoleTopic, isRecoveryTopic, partsOfTopic } from "./channels/topic.ts";
import type { Channel } from "./channels/channel.ts";
import type { ClusterReceiver } from "./cluster/cluster.ts";
import { parseObject } from "../protocol/json-object.ts";
import { subscriptionCountFrame } from "../protocol/encode-frame.ts";
import type { HubRegistry } from "./hub-registry.ts";
import type { Hub } from "./hub.ts";
import { terminateUser } from "./terminate-user.ts";

/** Does on this node what other nodes ask for. What concerns an application or a channel that is gone here is dropped. */
export class ReceiveFromCluster implements ClusterReceiver {
  readonly #hubs: Pick<HubRegistry, "byId">;
  readonly #console: ((topic: string, text: string) => void) | undefined;

  /** `console` takes the messages of other nodes' dashboards, where this node has one. */
  constructor(hubs: Pick<HubRegistry, "byId">, console?: (topic: string, text: string) => void) {
    this.#hubs = hubs;
    this.#console = console;
  }

  event(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const { hub, channel, isChannel } = this.#find(topic);
    if (!isChannel && isConsoleTopic(topic)) return this.#console?.(topic, frame);
    if (hub === undefined) return;
    if (!isChannel && isRecoveryTopic(topic)) return hub.recovery?.receive(frame);
    const except = exceptSocketId === undefined ? undefined : hub.connections.find(exceptSocketId);
    if (channel !== undefined) hub.delivery.toChannel(channel, frame, except);
    else if (!isChannel) hub.delivery.toTopic(topic, frame, except);
    const name = isChannel ? partsOfTopic(topic).channel : channelOfUserTopic(topic);
    if (name !== undefined) hub.recovery?.heard(name, frame, exceptSocketId);
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
    hub.recovery?.announced(channel.name, frame);
  }

  terminate(applicationId: string, userId: string): void {
    const hub = this.#hubs.byId(applicationId);
    if (hub !== undefined) terminateUser(hub, userId);
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
