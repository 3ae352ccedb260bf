import { USER_CHANNEL_PREFIX } from "../../protocol/channel-name.ts";
import type { Connection } from "../connections/connection.ts";
import type { CutConnection } from "./cut-connection.ts";
import type { LogBook } from "./log-book.ts";
import type { RecoverableConnection } from "./recoverable-connection.ts";
import type { RecoveredHub } from "./recovery-services.ts";
import type { SavedEntry } from "./recovery-state.ts";

/** Earlier `socket_id`s of one client that are kept. */
const MAX_IDS = 8;

/** The channels that a connection receives events of: those of its subscriptions, and that of its user. */
export function* channelsOf(
  { subscriptions, userId, isOffUserChannel }: Connection,
): IterableIterator<string> {
  for (const { channel, isConfirmed } of subscriptions?.values() ?? []) if (isConfirmed) yield channel.name;
  if (userId !== undefined && !isOffUserChannel) yield USER_CHANNEL_PREFIX + userId;
}

/** The users that a connection stands for: the one that is signed in, and those that it is as a member. */
export function usersOf({ userId, subscriptions }: Connection): readonly string[] {
  const users = new Set<string>();
  if (userId !== undefined) users.add(userId);
  for (const { hold } of subscriptions?.values() ?? []) if (hold !== undefined) users.add(hold.data.userId);
  return [...users];
}

/** What has arrived on each channel; one without a log cannot be gone on with, which its position says. */
export function whatHasArrived(
  { connections }: Pick<RecoveredHub, "connections">,
  logs: LogBook,
  client: RecoverableConnection,
  channels: Iterable<string>,
  now: number,
): Pick<CutConnection, "positions" | "ids" | "before"> {
  const positions = new Map<string, number>(), ids = new Map<string, string>();
  const before = new Map<string, readonly SavedEntry[]>();
  for (const channel of channels) {
    // Rewind, too, begins behind what was received live.
    const { rules } = logs;
    if (!rules.recovers(channel) && rules.rewindOf(channel) === undefined) continue;
    const logged = logs.find(channel);
    // While it has not acknowledged what it was sent from the shared log, it is where it was before.
    const from = client.hasOwn(channel) ? client.back?.from?.get(channel) : undefined;
    // While a node that may be dead is asked, it is not known whether the client goes on here: that would be a gap.
    const { recalls, claim } = client.back ?? {};
    const isUnsure = recalls !== undefined && recalls.size > 0 && claim?.hasGoneOn(channel) !== true;
    const position = logged === undefined || from !== undefined || isUnsure ? -1 : client.of(channel);
    positions.set(channel, position);
    const id = isUnsure ? undefined : from ?? logged?.places?.idAt(position);
    if (id !== undefined) ids.set(channel, id);
    const lack = client.back?.lackOf(channel, client.acknowledged) ?? [];
    if (lack.length > 0) before.set(channel, lack);
  }
  for (const [channel, claimed] of client.back?.claim?.rest(now) ?? []) {
    if (positions.has(channel)) continue;
    positions.set(channel, claimed.position);
    if (claimed.id !== undefined) ids.set(channel, claimed.id);
    if (claimed.before.length > 0) before.set(channel, claimed.before);
  }
  // What waits until it is known which connection has come back would be a gap too.
  for (const channel of channelsInDoubt(connections, client)) {
    if (!positions.has(channel) && logs.rules.recovers(channel)) positions.set(channel, -1);
  }
  return { positions, ids, before };
}

/** Channels of the connections that a handshake has named and that are being asked whether they are alive, here or on another node. */
function* channelsInDoubt(
  connections: RecoveredHub["connections"],
  { back }: RecoverableConnection,
): IterableIterator<string> {
  for (const { channels } of back?.recalls?.keys() ?? []) yield* channels;
  for (const { connection: { id } } of back?.check?.asked.keys() ?? []) {
    const asked = connections.find(id);
    if (asked !== undefined) yield* channelsOf(asked);
  }
}

/** The `socket_id`s that a client has had, its present one first. */
export function socketIdsOf(client: RecoverableConnection): readonly string[] {
  return [client.connection.id, ...client.back?.claim?.socketIds ?? []].slice(0, MAX_IDS);
}
