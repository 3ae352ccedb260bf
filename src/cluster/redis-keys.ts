/**
 * The names of all keys and channels in Redis. Those of one topic share a hash tag (the part in braces), so that in a Redis Cluster
 * they are on one server and one script can change them together. README.md has the table.
 */
export class RedisKeys {
  /** Sorted set: node -> end of its lease, in milliseconds of Redis's own clock. */
  readonly leases: string;
  /** Hash: node -> its description, as JSON. */
  readonly nodes: string;
  /** Text: the process that takes another's place now; expires by itself. */
  readonly turn: string;
  /** Channel on which all nodes listen. */
  readonly control: string;
  /** List of texts that nodes have left for others. */
  readonly spool: string;
  /** What `ClusterAttempts` counts. */
  readonly attempts: AttemptKeys;
  /** The same of API calls. */
  readonly calls: AttemptKeys;
  readonly #prefix: string;
  /** Pub/sub knows no databases: two installations that share a Redis and differ in the database only MUST not hear each other. */
  readonly #channelPrefix: string;

  /** `prefix` MUST have no braces. */
  constructor(prefix: string, database: number) {
    this.#prefix = prefix;
    // The letters keep "app1" with database 0 apart from "app" with database 10.
    this.#channelPrefix = `${prefix}db${database}:{`;
    this.leases = `${prefix}{nodes}:leases`;
    this.nodes = `${prefix}{nodes}:info`;
    this.turn = `${prefix}{nodes}:turn`;
    this.spool = `${prefix}{nodes}:spool`;
    this.attempts = {
      counts: `${prefix}{attempts}:counts`,
      windows: `${prefix}{attempts}:windows`,
    };
    this.calls = { counts: `${prefix}{calls}:counts`, windows: `${prefix}{calls}:windows` };
    this.control = `${this.#channelPrefix}nodes}`;
  }

  /** Text: the survivor that clears up after a node; expires by itself. */
  clearing(node: string): string {
    return `${this.#prefix}{nodes}:clearing:${node}`;
  }

  /** A key by which a process knows that Redis has its data; `name` decides on the server in a Redis Cluster. */
  witness(name: string, processId: string): string {
    return `${this.#prefix}{witness:${name}}:${processId}`;
  }

  /** The channel on which a topic's messages travel. */
  channel(topic: string): string {
    return `${this.#channelPrefix}${tag(topic)}}`;
  }

  /** The topic of one of its keys; `undefined` for a key of another kind. */
  topicOfKey(key: string): string | undefined {
    const start = this.#prefix.length + 1, text = key.slice(start, key.lastIndexOf("}:"));
    return key[start - 1] === "{" && text.includes("\n") ? untagged(text) : undefined;
  }

  /** The topic of a channel. */
  topicOf(channel: string): string {
    return untagged(channel.slice(this.#channelPrefix.length, -1));
  }

  /** The members of a topic, as one node needs them. */
  presence(topic: string, node: string): PresenceKeys {
    const base = `${this.#prefix}{${tag(topic)}}:`;
    return {
      members: `${base}members`,
      references: `${base}references`,
      version: `${base}version`,
      departed: `${base}departed`,
      holds: `${base}holds:${node}`,
    };
  }

  /** Hash: node -> its subscriptions to a channel whose count is announced or reported. */
  counts(topic: string): string {
    return `${this.#prefix}{${tag(topic)}}:counts`;
  }

  /** What applications have reported of a channel. */
  reports(topic: string): ReportKeys {
    const base = `${this.#prefix}{${tag(topic)}}:`;
    return {
      nodes: `${base}nodes`,
      departed: `${base}departed`,
      references: `${base}references`,
      miss: `${base}miss`,
      occupied: `${base}occupied`,
    };
  }

  /** The last event of a cache channel: the frame. */
  event(topic: string): string {
    return `${this.#prefix}{${tag(topic)}}:event`;
  }

  /** Stream: the events of a topic, for clients that come back. */
  log(topic: string): string {
    return `${this.#prefix}{${tag(topic)}}:log`;
  }

  /** Text: what is known of a connection that may come back, by its name. */
  returning(name: string): string {
    return `${this.#prefix}{return:${name}}`;
  }

  /** Hash: name of an open connection of a process -> what has arrived there. */
  additions(processId: string): string {
    return `${this.#prefix}{return:${processId}}:open`;
  }

  /** Hash: node -> its connections of an application. */
  connections(applicationId: string): string {
    return `${this.#prefix}{connections:${applicationId}}`;
  }

  /** Idempotency keys of an application. */
  claims(applicationId: string): ClaimKeys {
    const base = `${this.#prefix}{idempotency:${applicationId}}:`;
    return { entries: `${base}entries`, times: `${base}times` };
  }

  /** What a node keeps about itself alone: the others count by it, and clear up by it after a crash. */
  node(node: string): NodeKeys {
    const base = `${this.#prefix}{node:${node}}:`;
    return {
      presences: `${base}presences`,
      counted: `${base}counted`,
      occupied: `${base}occupied`,
      departed: `${base}departed`,
      applications: `${base}applications`,
      channels: (applicationId) => `${base}channels:${applicationId}`,
    };
  }
}

/**
 * What stands between the braces for a topic. A hash tag ends with the first closing brace and counts only when it has something in
 * it, so that a topic (which begins with an application's id) may have any brace but not begin with a closing one.
 */
function tag(topic: string): string {
  return topic.startsWith("}") ? `\n${topic}` : topic;
}

/** The topic of a tag. */
function untagged(text: string): string {
  return text.startsWith("\n") ? text.slice(1) : text;
}

/** Keys of the members of one topic, as one node needs them. */
export interface PresenceKeys {
  /** Hash: user -> version at which it was added, line feed, `channel_data`. */
  readonly members: string;
  /** Hash: user -> number of nodes that hold it. */
  readonly references: string;
  /** Number of the last change of the members. */
  readonly version: string;
  /** As in {@link ReportKeys}. */
  readonly departed: string;
  /** Set of the users that the node holds. */
  readonly holds: string;
}

/** Keys of attempts that are counted over all nodes. */
export interface AttemptKeys {
  /** Hash: caller -> attempts in its window. */
  readonly counts: string;
  /** Sorted set: caller -> beginning of its window, in milliseconds of Redis's own clock. */
  readonly windows: string;
}

/** Keys of the idempotency keys of one application. */
export interface ClaimKeys {
  /** Hash: idempotency key -> its first call, and the bytes of all under an empty name. */
  readonly entries: string;
  /** Sorted set: idempotency key -> when it was claimed or answered, in milliseconds of Redis's own clock. */
  readonly times: string;
}

/** Keys of what applications have reported of one channel. */
export interface ReportKeys {
  /** Set of the nodes that have a subscription to it. */
  readonly nodes: string;
  /** Hash of the marks: subject of a departure that has not been reported -> token. */
  readonly departed: string;
  /** As in {@link PresenceKeys}. */
  readonly references: string;
  /** There for a moment after a miss of its cache was noted. */
  readonly miss: string;
  /** There for a moment where it was occupied before Redis has lost its data. */
  readonly occupied: string;
}

/** Keys of one node. */
export interface NodeKeys {
  /** Set of topics on which it may hold users. */
  readonly presences: string;
  /** Set of topics in whose `counts` it may be. */
  readonly counted: string;
  /** Set of topics with a subscription on it, of applications that have occupancy reported. */
  readonly occupied: string;
  /** Set of topics on which it may have marks. */
  readonly departed: string;
  /** Set of applications that it serves. */
  readonly applications: string;
  /** Hash: channel -> subscriptions. */
  channels(applicationId: string): string;
}
