import type { Channel } from "./channel.ts";
import type { Hold } from "./presence.ts";

/** One connection on one channel. */
export class Subscription {
  readonly channel: Channel;
  /** The user that it stands for; on presence channels alone. */
  readonly hold: Hold | undefined;
  /** Whether `subscription_succeeded` has been sent. */
  isConfirmed = false;

  constructor(channel: Channel, hold: Hold | undefined) {
    this.channel = channel;
    this.hold = hold;
  }

  /** Calls back once it can be confirmed: at once, where there is nothing to wait for. */
  whenReady(go: () => void): void {
    const { listening } = this.channel, confirmed = this.hold?.confirmed;
    if (!listening.isOpen) listening.whenOpen(() => this.whenReady(go));
    else if (confirmed?.isOpen === false) confirmed.whenOpen(go);
    else go();
  }
}
