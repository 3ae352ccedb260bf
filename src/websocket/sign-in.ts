import { userTopic, watchersTopic } from "../channels/topic.ts";
import type { Connection } from "../connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { channelNameFault, USER_CHANNEL_PREFIX } from "../protocol/channel-name.ts";
import { ClientErrors } from "../protocol/client-error.ts";
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
 * Handles `pusher:signin`: from now on the connection receives its user's own events, and its watchlist is told. Signing
 * in again as the same user is confirmed again; as another one it is an error, and the first sign-in stays.
 */
export function signIn(hub: Hub, connection: Connection, message: SignInMessage): void {
  const { key, secret, id: applicationId } = connection.application;
  if (!authMatches(message.auth, key, secret, signInStringToSign(connection.id, message.userData))) {
    return refuse(hub, connection, "the signature of the sign-in does not match");
  }
  const user = parseUserData(message.userData);
  // The id becomes part of a channel's name, and must be fit for it.
  if (user === undefined || channelNameFault(USER_CHANNEL_PREFIX + user.id) !== undefined) {
    return refuse(
      hub,
      connection,
      "user_data must be a JSON object with a non-empty id and a list as watchlist",
    );
  }
  if (connection.userId !== undefined) {
    if (connection.userId !== user.id) {
      return refuse(hub, connection, "the connection is signed in as another user");
    }
    return hub.delivery.toConnection(connection, signInSucceededFrame(message.userData));
  }

  connection.userId = user.id;
  connection.userInfoJson = user.userInfoJson;
  connection.socket.subscribe(userTopic(applicationId, user.id));
  const cameOnline = hub.users.add(user.id, connection);
  hub.delivery.toConnection(connection, signInSucceededFrame(message.userData));
  watch(hub, connection, user.watchlist);
  if (cameOnline) tellWatchers(hub, connection, "online");
}

/** The connection of a signed-in user has ended. */
export function signOut(hub: Hub, connection: Connection): void {
  if (connection.userId === undefined) return;
  if (hub.users.remove(connection.userId, connection)) tellWatchers(hub, connection, "offline");
}

function tellWatchers(hub: Hub, connection: Connection, name: WatchlistChange["name"]): void {
  const userId = connection.userId!;
  hub.delivery.toTopic(
    watchersTopic(hub.application.id, userId),
    watchlistFrame([{ name, user_ids: [userId] }]),
    connection.closing ? undefined : connection,
  );
}

/** Puts the connection on the topics of those it watches and tells it who of them is there. */
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
    hub.delivery.toConnection(connection, watchlistLimitFrame(MAX_WATCHLIST, watched));
  }
  if (watched.length === 0) return;
  for (const userId of watched) connection.socket.subscribe(watchersTopic(hub.application.id, userId));
  const online = watched.filter((userId) => hub.users.isOnline(userId));
  const offline = watched.filter((userId) => !hub.users.isOnline(userId));
  const events: WatchlistChange[] = [];
  if (online.length > 0) events.push({ name: "online", user_ids: online });
  if (offline.length > 0) events.push({ name: "offline", user_ids: offline });
  hub.delivery.toConnection(connection, watchlistFrame(events));
}

function refuse(hub: Hub, connection: Connection, detail: string): void {
  hub.delivery.refuse(connection, ClientErrors.unauthorized, "sign_in_unauthorized", detail);
}
