import type { Channel, Subscription } from "./channel.ts";
import type { Hold } from "./presence.ts";

/** A subscription for which its channel cannot stand: it has a member, or it waits for its confirmation. */
export class OwnSubscription implements Subscription {
  readonly channel: Channel;
  readonly hold: Hold | undefined;
  isConfirmed = false;

  constructor(channel: Channel, hold: Hold | undefined) {
    this.channel = channel;
    this.hold = hold;
  }

  /** Calls back once it can be confirmed: at once, where there is nothing to wait for. */
  whenReady(go: () => void): void {
    const confirmed = this.hold?.confirmed;
    if (!this.channel.isListening) this.channel.whenListening(() => this.whenReady(go));
    else if (confirmed?.isOpen === false) confirmed.whenOpen(go);
    else go();
  }
}
