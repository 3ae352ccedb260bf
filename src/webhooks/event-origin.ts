import type { Cause } from "../hub/application-reports.ts";
import { channelKind } from "../protocol/channel-name.ts";

/** What has caused an event, as far as it is known. It decides which events are dropped first when too many wait. */
export interface EventOrigin {
  /** Whether it needed a signature of the application: for a channel that is not public, or for the sign-in of the connection's user. */
  readonly isSigned: boolean;
  /** The address of the client; for members of a presence channel the user instead, since a user has come with a signature. */
  readonly address: string;
  /** The `socket_id` of the client's connection. */
  readonly connection: string;
}

/** The origin of what a connection has caused on a channel; `undefined` in place of either where it is not known, or where there is none. */
export function originOf(channel: string | undefined, cause: Cause | undefined): EventOrigin {
  return {
    isSigned: cause?.userId !== undefined ||
      channel !== undefined && channelKind(channel).access !== "public",
    address: cause?.address ?? "",
    connection: cause?.id ?? "",
  };
}

/** The origin of what a member of a presence channel does. It may come over any connection of the user, on any node. */
export function originOfMember(userId: string): EventOrigin {
  // No address begins with a line feed.
  return { isSigned: true, address: `\n${userId}`, connection: "" };
}
