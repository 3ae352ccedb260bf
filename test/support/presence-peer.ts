import { eventually } from "./eventually.ts";
import { type PresencePicture, presencePicture } from "./presence-picture.ts";
import { Peer } from "./peer.ts";

/** A client on one presence channel, with what it knows of it. */
export interface PresencePeer extends AsyncDisposable {
  readonly peer: Peer;
  readonly userId: string;
  /** What it knows now. */
  picture(): PresencePicture;
  /** Resolves when it sees exactly these users; throws when it does not in time, or when what it was told does not fit together. */
  sees(...users: readonly string[]): Promise<PresencePicture>;
}

/** Connects a client and has it join a presence channel as a user. Resolves when that is confirmed. */
export async function joinAs(
  server: { readonly url: string },
  channel: string,
  userId: string,
): Promise<PresencePeer> {
  const peer = await Peer.connect(server);
  const confirmed = await peer.subscribeSigned(
    channel,
    JSON.stringify({ user_id: userId, user_info: { name: `User ${userId}` } }),
  );
  if (!confirmed.includes("subscription_succeeded")) throw new Error(`Not subscribed: ${confirmed}`);
  const picture = (): PresencePicture => presencePicture(peer.received, channel);
  return {
    peer,
    userId,
    picture,
    async sees(...users) {
      const wanted = JSON.stringify([...users].sort());
      const seen = await eventually(picture, (each) => JSON.stringify(each.users) === wanted);
      if (seen.faults.length > 0) throw new Error(`User ${userId} on ${channel}: ${seen.faults.join(", ")}`);
      return seen;
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}
