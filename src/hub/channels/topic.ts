// Topics are the pub/sub keys of the runtime and of the cluster. One network of them serves all applications, so each begins
// with the application's id. A line feed can stand neither in an application id nor in a channel's name or user's id, which
// keeps the three kinds apart.

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

/** The application and, for a channel's topic, the channel of a topic. */
export function partsOfTopic(topic: string): { applicationId: string; channel: string | undefined } {
  const end = topic.indexOf("\n");
  const channel = topic.charCodeAt(end + 1) === 10 ? undefined : topic.slice(end + 1);
  return { applicationId: topic.slice(0, end), channel };
}
