// Topics are the pub/sub keys of the runtime and of the cluster. All applications share them, so each begins with the
// application's id. Application ids, channel names and user ids cannot have a line feed: what follows the first one tells the
// three kinds of topics apart.

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

/** The application of a topic, and its channel; `undefined` as the channel where the topic is a user's or of a user's watchers. */
export function partsOfTopic(topic: string): { applicationId: string; channel: string | undefined } {
  const end = topic.indexOf("\n");
  const channel = topic.charCodeAt(end + 1) === 10 ? undefined : topic.slice(end + 1);
  return { applicationId: topic.slice(0, end), channel };
}
