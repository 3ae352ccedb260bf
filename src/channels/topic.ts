// Topics are the runtime's pub/sub keys and process-wide, so each begins with the application's id. A line feed can stand
// neither in an application id nor in a channel's name or user's id, which keeps the three kinds apart.

/** The topic of a channel's subscribers. */
export function channelTopic(applicationId: string, channel: string): string {
  return `${applicationId}\n${channel}`;
}

/** The topic of the connections on which a user is signed in. */
export function userTopic(applicationId: string, userId: string): string {
  return `${applicationId}\n\nuser\n${userId}`;
}

/** The topic of the connections that have a user on their watchlist. */
export function watchersTopic(applicationId: string, userId: string): string {
  return `${applicationId}\n\nwatchers\n${userId}`;
}
