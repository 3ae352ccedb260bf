import type { Delivery } from "../broadcast/delivery.ts";
import { userTopic, watchersTopic } from "../channels/topic.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { Latch } from "../channels/latch.ts";
import type { Connection } from "../connections/connection.ts";
import { type WatchlistChange, watchlistFrame } from "../../protocol/encode-frame.ts";
import { User } from "./user.ts";

/** The users of one application that are signed in on this node or that connections of this node watch. */
export class UserDirectory {
  readonly #applicationId: string;
  readonly #cluster: Pick<Cluster, "interest">;
  readonly #delivery: Delivery;
  readonly #users = new Map<string, User>();

  constructor(applicationId: string, cluster: Pick<Cluster, "interest">, delivery: Delivery) {
    this.#applicationId = applicationId;
    this.#cluster = cluster;
    this.#delivery = delivery;
  }

  find(userId: string): User | undefined {
    return this.#users.get(userId);
  }

  /**
   * A connection has signed in as a user. `ready` is called once all nodes know that the user is online and its events reach this
   * node: then the connection is to be put on the user's topic and its sign-in to be confirmed.
   */
  signedIn(userId: string, connection: Connection, ready: () => void): void {
    const user = this.#open(userId);
    user.connections.add(connection);
    if (user.hold === undefined) {
      const reachable = user.reachable = new Latch();
      user.hold = user.presence.join(user.memberData());
      this.#cluster.interest.listen(userTopic(this.#applicationId, userId), {}, () => reachable.open());
    } else {
      user.hold.connections++;
    }
    const { hold, reachable } = user;
    reachable.whenOpen(() => hold.confirmed.whenOpen(ready));
  }

  /** A signed-in connection has ended. */
  signedOut(userId: string, connection: Connection): void {
    const user = this.#users.get(userId);
    if (user?.hold === undefined || !user.connections.delete(connection)) return;
    user.presence.leave(user.hold);
    if (user.connections.size > 0) return;
    user.hold = undefined;
    this.#cluster.interest.release(userTopic(this.#applicationId, userId));
    this.#closeIfIdle(user);
  }

  /** A connection watches users. `ready` is called, with the users in the same order, once it is known which of them are online. */
  watch(userIds: readonly string[], ready: (users: readonly User[]) => void): void {
    const users = userIds.map((userId) => {
      const user = this.#open(userId);
      user.watchers++;
      return user;
    });
    let unknown = users.length;
    for (const user of users) {
      user.known.whenOpen(() => {
        if (--unknown === 0) ready(users);
      });
    }
  }

  /** A connection does not watch users any more. */
  unwatch(userIds: readonly string[]): void {
    for (const userId of userIds) {
      const user = this.#users.get(userId);
      if (user === undefined) continue;
      user.watchers--;
      this.#closeIfIdle(user);
    }
  }

  /** The cluster knows nothing of this node: has it hear of all users. */
  bring(): void {
    const { interest } = this.#cluster;
    for (const { id, presence, hold } of this.#users.values()) {
      interest.listen(watchersTopic(this.#applicationId, id), { presence }, () => {});
      if (hold !== undefined) interest.listen(userTopic(this.#applicationId, id), {}, () => {});
    }
  }

  #open(userId: string): User {
    const known = this.#users.get(userId);
    if (known !== undefined) return known;
    const topic = watchersTopic(this.#applicationId, userId);
    const announce = (name: WatchlistChange["name"]): void => {
      if (user.watchers > 0) this.#delivery.toTopic(topic, watchlistFrame([{ name, user_ids: [userId] }]));
    };
    const user = new User(userId, {
      memberAdded: () => announce("online"),
      memberRemoved: () => announce("offline"),
    });
    this.#users.set(userId, user);
    this.#cluster.interest.listen(topic, { presence: user.presence }, () => user.known.open());
    return user;
  }

  #closeIfIdle(user: User): void {
    if (user.connections.size > 0 || user.watchers > 0) return;
    this.#users.delete(user.id);
    this.#cluster.interest.release(watchersTopic(this.#applicationId, user.id));
  }
}
