import type { Channel } from "./channel.ts";
import type { Member } from "./presence-roster.ts";

/** One connection's place on one channel. */
export class Subscription {
  readonly channel: Channel;
  /** Whom it stands for on a presence channel. */
  readonly member: Member | undefined;

  constructor(channel: Channel, member: Member | undefined) {
    this.channel = channel;
    this.member = member;
  }
}
