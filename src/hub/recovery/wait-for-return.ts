import { USER_CHANNEL_PREFIX } from "../../protocol/channel-name.ts";
import type { Latch } from "../channels/latch.ts";
import type { Connection } from "../connections/connection.ts";
import type { RecoveredHub } from "./recovery-services.ts";

/**
 * Opens when a subscription of a client that has come back can begin, because it is known by then which connection it was; `undefined`
 * where it can begin at once. Only the channels of a connection that is asked wait for its answer.
 */
export function waitForReturn(hub: RecoveredHub, connection: Connection, channel: string): Latch | undefined {
  const back = connection.recovery?.back;
  if (back === undefined) return undefined;
  if (back.expected?.isOpen === false) return back.expected;
  if (back.lookup?.isOpen === false) return back.lookup;
  for (const [{ channels, isYoung }, known] of back.recalls ?? []) {
    if (isYoung || channels.has(channel)) return known;
  }
  for (const [{ connection: { id } }, known] of back.check?.asked ?? []) {
    const other = hub.connections.find(id);
    if (other !== undefined && isOn(other, channel)) return known;
  }
  return undefined;
}

function isOn({ subscriptions, userId }: Connection, channel: string): boolean {
  return subscriptions?.has(channel) === true ||
    userId !== undefined && channel === USER_CHANNEL_PREFIX + userId;
}
