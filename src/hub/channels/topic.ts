import { USER_CHANNEL_PREFIX } from "../../protocol/channel-name.ts";

// Topics are the keys by which nodes know what an event is for. All applications share them. A channel's topic begins with the
// application's id and a line feed; those of a user begin with `#`, which no application's id may have. So no name of a channel and no
// id of a user, with any characters in it, can make the topic of another kind, or of another application. Within a node the runtime's
// pub/sub has the same topics for users, and for a channel its number (`Channel.localTopic`).

const USER_PREFIX = "#user\n",
  WATCHERS_PREFIX = "#watchers\n",
  CONSOLE_PREFIX = "#console\n",
  RECOVERY_PREFIX = "#recovery\n";

/** Gives each channel of the process a number of its own, over all applications. */
export class ChannelNumbers {
  #last = 0;

  next(): number {
    return ++this.#last;
  }
}

/** The topic of a channel's subscribers. */
export function channelTopic(applicationId: string, channel: string): string {
  return `${applicationId}\n${channel}`;
}

/** The topic of the connections on which a user is signed in. */
export function userTopic(applicationId: string, userId: string): string {
  return `${USER_PREFIX}${applicationId}\n${userId}`;
}

/** The topic of the connections that have a user on their watchlist. */
export function watchersTopic(applicationId: string, userId: string): string {
  return `${WATCHERS_PREFIX}${applicationId}\n${userId}`;
}

/** The channel whose events go to a user's topic; `undefined` for every other topic. */
export function channelOfUserTopic(topic: string): string | undefined {
  if (!topic.startsWith(USER_PREFIX)) return undefined;
  return USER_CHANNEL_PREFIX + topic.slice(topic.indexOf("\n", USER_PREFIX.length) + 1);
}

/** The topic on which nodes with an open dashboard are sent what happens to an application on the other nodes. */
export function consoleTopic(applicationId: string): string {
  return `${CONSOLE_PREFIX}${applicationId}\n`;
}

/** The topic on which a node with an open dashboard asks the others for that. No application has an empty id. */
export const CONSOLE_QUESTIONS: string = consoleTopic("");

/** Whether a topic carries messages between dashboards, which are no frames for clients. */
export function isConsoleTopic(topic: string): boolean {
  return topic.startsWith(CONSOLE_PREFIX);
}

/** The topic on which nodes that look applications up are asked to do so again. No application has an empty id. */
export const DIRECTORY_TOPIC = "#applications\n\n";

/** The topic on which the nodes of one server pass on what clients have missed. */
export function recoveryTopic(applicationId: string): string {
  return `${RECOVERY_PREFIX}${applicationId}\n`;
}

/** Whether a topic carries what clients have missed from node to node. */
export function isRecoveryTopic(topic: string): boolean {
  return topic.startsWith(RECOVERY_PREFIX);
}

/** The application of a topic, and its channel; `undefined` as the channel where the topic is none of a channel. */
export function partsOfTopic(topic: string): { applicationId: string; channel: string | undefined } {
  const end = topic.indexOf("\n");
  if (topic.charCodeAt(0) !== USER_PREFIX.charCodeAt(0)) {
    return { applicationId: topic.slice(0, end), channel: topic.slice(end + 1) };
  }
  return { applicationId: topic.slice(end + 1, topic.indexOf("\n", end + 1)), channel: undefined };
}
