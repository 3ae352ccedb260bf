import { userTopic } from "../hub/channels/topic.ts";
import type { Channel, Subscription } from "../hub/channels/channel.ts";
import { OwnSubscription } from "../hub/channels/subscription.ts";
import { Subscriptions } from "../hub/channels/subscriptions.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { type ChannelKind, channelKind, channelNameFault, userOfChannel } from "../protocol/channel-name.ts";
import type { SubscribeMessage } from "../protocol/client-message.ts";
import { parseObject } from "../protocol/json-object.ts";
import {
  cacheMissFrame,
  presenceSucceededFrame,
  subscriptionErrorFrame,
  subscriptionSucceededFrame,
} from "../protocol/encode-frame.ts";
import { type MemberData, parseMemberData } from "../protocol/member-data.ts";
import { authMatches, channelStringToSign } from "../protocol/signature.ts";
import { REFUSALS, type SubscriptionRefusal } from "../monitoring/refusal.ts";

/**
 * Handles `pusher:subscribe`: checks name, signature and limit, adds the subscription, and confirms it to the client; on a
 * presence channel the other members hear of a new user. A refusal concerns this channel alone, and the connection stays open.
 * A second subscription to the same channel is confirmed again and changes nothing.
 */
export function subscribe(hub: Hub, connection: Connection, message: SubscribeMessage): void {
  const name = message.channel;
  const fault = channelNameFault(name, connection.application.settings.maxChannelNameLength);
  if (fault !== undefined) return refuse(hub, connection, name, "channel_invalid", fault);
  const userId = userOfChannel(name);
  if (userId !== undefined) return subscribeToUser(hub, connection, name, userId);

  const kind = channelKind(name), { access } = kind;
  // The signature covers "channel:channel_data". So with any text as data a signature for private-chat:5 would fit private-chat.
  if (
    access === "private" && message.channelData !== undefined &&
    parseObject(message.channelData) === undefined
  ) {
    return refuse(hub, connection, name, "subscription_unauthorized", "channel_data must be a JSON object");
  }
  if (access !== "public" && !isAuthorized(connection, message)) {
    return refuse(
      hub,
      connection,
      name,
      "subscription_unauthorized",
      "the signature of the subscription does not match",
    );
  }
  let member: MemberData | undefined;
  if (access === "presence") {
    member = memberData(connection, message.channelData);
    if (member === undefined) {
      return refuse(
        hub,
        connection,
        name,
        "subscription_unauthorized",
        "channel_data must be a JSON object with a user_id",
      );
    }
  }
  addSubscription(hub, connection, name, kind, member);
}

function addSubscription(
  hub: Hub,
  connection: Connection,
  name: string,
  kind: ChannelKind,
  member: MemberData | undefined,
): void {
  const existing = connection.subscriptions?.get(name);
  if (existing !== undefined) {
    if (existing.isConfirmed) confirm(hub, connection, existing.channel);
    return;
  }

  const limit = connection.application.settings.maxChannelsPerConnection;
  if ((connection.subscriptions?.size ?? 0) >= limit) {
    const detail =
      `a connection may be subscribed to at most ${limit} channels (max_channels_per_connection)`;
    return refuse(hub, connection, name, "too_many_channels", detail);
  }
  let channel = hub.channels.find(name);
  if (channel === undefined) {
    const fault = hub.channelBudget.faultOf(connection, name, kind);
    if (fault !== undefined) return refuse(hub, connection, name, "channels_full", fault);
    channel = hub.openChannel(name, kind);
  }
  addTo(hub, connection, channel, member);
}

function addTo(hub: Hub, connection: Connection, channel: Channel, member: MemberData | undefined): void {
  const { name } = channel;
  channel.pendingCount++;
  hub.subscriptionsChanged(channel, connection);
  // Before this socket is on the topic, so that `member_added` reaches only the others.
  const hold = member === undefined ? undefined : channel.presence?.join(member);
  const subscriptions = connection.subscriptions ??= new Subscriptions();
  hub.channelBudget.subscriptionsChanged(connection, 1);
  if (
    hold === undefined && channel.isListening && hub.recovery?.waitFor(connection, name) === undefined
  ) {
    subscriptions.set(channel);
    return activate(hub, connection, channel);
  }
  const subscription = new OwnSubscription(channel, hold);
  subscriptions.set(subscription);
  activateWhenReady(hub, connection, subscription);
}

function activateWhenReady(hub: Hub, connection: Connection, subscription: OwnSubscription): void {
  const { channel, hold } = subscription, { name } = channel;
  subscription.whenReady(() =>
    hub.whenClaimable(connection, name, () => {
      // The client may have unsubscribed in the meantime, and may even have subscribed again.
      if (connection.subscriptions?.get(name) !== subscription) return;
      subscription.isConfirmed = true;
      if (hold === undefined) connection.subscriptions.set(channel);
      activate(hub, connection, subscription);
    })
  );
}

/** The cluster knows of the subscription: from now on the client receives the channel's events. */
function activate(hub: Hub, connection: Connection, subscription: Subscription): void {
  const { channel } = subscription;
  channel.pendingCount--;
  channel.subscriptionCount++;
  const beginning = hub.recovery?.begin(connection, channel.name, channel.localTopic);
  if (beginning === undefined) connection.socket.subscribe(channel.localTopic);
  confirm(hub, connection, channel, beginning?.replacesCached);
  beginning?.run();
  hub.reports?.subscribed(connection, channel.name, subscription.hold?.data.userId);
  hub.subscriptionCounts?.changed(channel, connection);
}

/** Sends `subscription_succeeded`, and on a cache channel its last event, unless the client has it or is going to be sent it again. */
function confirm(hub: Hub, connection: Connection, channel: Channel, hasCached = false): void {
  const { name, presence, kind } = channel;
  hub.delivery.toConnection(
    connection,
    presence === undefined
      ? subscriptionSucceededFrame(name)
      : presenceSucceededFrame(name, presence.roster.encode()),
  );
  if (!kind.cached) return;
  const event = hub.cache.get(channel.topic);
  if (event !== undefined && hasCached) return;
  hub.delivery.toConnection(connection, event ?? cacheMissFrame(name));
  if (event === undefined && hub.reports?.kinds.misses === true) hub.reports.cacheMissed(name, connection);
}

/** Only connections that are signed in as ID may subscribe to `#server-to-user-ID`. They are on its topic since their sign-in. */
function subscribeToUser(hub: Hub, connection: Connection, name: string, userId: string): void {
  if (connection.userId !== userId) {
    const detail = "the channel of a user is for connections signed in as that user";
    return refuse(hub, connection, name, "subscription_unauthorized", detail);
  }
  const wasOff = connection.isOffUserChannel;
  connection.isOffUserChannel = false;
  const go = (): void => {
    if (connection.closing || connection.isOffUserChannel) return;
    const topic = userTopic(hub.application.id, userId);
    const beginning = wasOff ? hub.recovery?.begin(connection, name, topic) : undefined;
    // With recovery, the sign-in puts it on the topic when it has been sent what it has missed.
    if (beginning === undefined && (wasOff || connection.recovery === undefined)) {
      connection.socket.subscribe(topic);
    }
    hub.delivery.toConnection(connection, subscriptionSucceededFrame(name));
    beginning?.run();
  };
  hub.users.find(userId)?.reachable.whenOpen(() => hub.whenClaimable(connection, name, go));
}

function isAuthorized(connection: Connection, message: SubscribeMessage): boolean {
  const { key, signingKey } = connection.application;
  const text = channelStringToSign(connection.id, message.channel, message.channelData);
  return authMatches(message.auth, key, signingKey, text);
}

/** The member that the connection stands for. Without `channel_data` it is the signed-in user (Pusher's rule). */
function memberData(connection: Connection, channelData: string | undefined): MemberData | undefined {
  if (channelData !== undefined) return parseMemberData(channelData);
  if (connection.userId === undefined) return undefined;
  return parseMemberData(
    `{"user_id":${JSON.stringify(connection.userId)},"user_info":${connection.userInfoJson ?? "null"}}`,
  );
}

/** Sends Reverb's error for the connection first, then the event for the error handlers of the channel. */
function refuse(
  hub: Hub,
  connection: Connection,
  channel: string,
  reason: SubscriptionRefusal,
  detail: string,
): void {
  const { message, subscription: { type, status } } = REFUSALS[reason];
  const sentence = `${detail}, channel ${JSON.stringify(channel.slice(0, 200))}`;
  hub.delivery.refuse(connection, reason, sentence, { channel });
  hub.delivery.toConnection(connection, subscriptionErrorFrame(channel, type, message, status));
}
