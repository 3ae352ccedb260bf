import { userTopic, watchersTopic } from "../hub/channels/topic.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { channelNameFault, USER_CHANNEL_PREFIX } from "../protocol/channel-name.ts";
import { REFUSALS } from "../monitoring/refusal.ts";
import type { SignInMessage } from "../protocol/client-message.ts";
import {
  signInSucceededFrame,
  type WatchlistChange,
  watchlistFrame,
  watchlistLimitFrame,
} from "../protocol/encode-frame.ts";
import { authMatches, signInStringToSign } from "../protocol/signature.ts";
import { parseUserData } from "../protocol/user-data.ts";

/** Users that one connection may watch (Pusher's limit). */
const MAX_WATCHLIST = 100;

/**
 * Handles `pusher:signin`: from now on the connection receives its user's own events, and the changes of its watchlist. A second
 * sign-in as the same user is confirmed again. As another user it is refused, and the first sign-in stays.
 */
export function signIn(hub: Hub, connection: Connection, message: SignInMessage): void {
  const { key, signingKey, id: applicationId } = connection.application;
  if (!authMatches(message.auth, key, signingKey, signInStringToSign(connection.id, message.userData))) {
    return refuse(hub, connection, "the signature of the sign-in does not match");
  }
  const user = parseUserData(message.userData);
  if (user === undefined) {
    const detail = "user_data must be a JSON object with a non-empty id and a list as watchlist";
    return refuse(hub, connection, detail);
  }
  // The id is part of the name of the user's own channel, and what such a name may not have no watched user's id can have.
  const { maxChannelNameLength } = connection.application.settings;
  const fault = channelNameFault(USER_CHANNEL_PREFIX + user.id, maxChannelNameLength) ??
    user.watchlist.map((id) => channelNameFault(USER_CHANNEL_PREFIX + id)).find((each) => each !== undefined);
  if (fault !== undefined) return refuse(hub, connection, `a user's id in user_data is invalid: ${fault}`);
  if (connection.userId !== undefined) {
    if (connection.userId !== user.id) {
      return refuse(hub, connection, "the connection is signed in as another user");
    }
    return hub.delivery.toConnection(connection, signInSucceededFrame(message.userData));
  }

  connection.userId = user.id;
  connection.userInfoJson = user.userInfoJson;
  const channel = USER_CHANNEL_PREFIX + user.id, topic = userTopic(applicationId, user.id);
  const confirm = (): void => {
    if (connection.closing) return;
    // It may have unsubscribed while the other nodes were asked.
    const isOn = !connection.isOffUserChannel;
    const beginning = isOn ? hub.recovery?.begin(connection, channel, topic) : undefined;
    if (isOn && beginning === undefined) connection.socket.subscribe(topic);
    hub.delivery.toConnection(connection, signInSucceededFrame(message.userData));
    beginning?.run();
    watch(hub, connection, user.watchlist);
  };
  hub.users.signedIn(user.id, connection, () => hub.whenClaimable(connection, channel, confirm));
}

/** Ends the sign-in of a connection that has ended, and its watching. */
export function signOut(hub: Hub, connection: Connection): void {
  if (connection.userId === undefined) return;
  hub.users.signedOut(connection.userId, connection);
  if (connection.watchlist !== undefined) hub.users.unwatch(connection.watchlist);
}

/** Puts the connection on the topics of the users that it watches, and sends it which of them are online. */
function watch(hub: Hub, connection: Connection, watchlist: readonly string[]): void {
  const watched = watchlist.slice(0, MAX_WATCHLIST);
  if (watchlist.length > MAX_WATCHLIST) {
    const detail = `a watchlist holds ${watchlist.length} users; the first ${MAX_WATCHLIST} are watched`;
    const { id, application, address } = connection;
    hub.monitor.refused({
      reason: "watchlist_too_long",
      detail,
      application: application.id,
      connection: id,
      address,
    });
    hub.delivery.toConnection(connection, watchlistLimitFrame(REFUSALS.watchlist_too_long, watched));
  }
  if (watched.length === 0) return;
  connection.watchlist = watched;
  hub.users.watch(watched, (users) => {
    if (connection.closing) return;
    for (const { id } of users) connection.socket.subscribe(watchersTopic(hub.application.id, id));
    const ids = (isOnline: boolean): string[] =>
      users.filter((user) => user.isOnline === isOnline).map((user) => user.id);
    const changes: WatchlistChange[] = [
      { name: "online", user_ids: ids(true) },
      { name: "offline", user_ids: ids(false) },
    ];
    const events = changes.filter((change) => change.user_ids.length > 0);
    hub.delivery.toConnection(connection, watchlistFrame(events));
  });
}

function refuse(hub: Hub, connection: Connection, detail: string): void {
  hub.delivery.refuse(connection, "sign_in_unauthorized", detail);
}
