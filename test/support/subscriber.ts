import { signChannel, signUser } from "./sign-channel.ts";
import { connect, type SocketClient } from "./socket-client.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** A client that is connected, with its `socket_id`. */
export interface Peer extends AsyncDisposable {
  readonly client: SocketClient;
  readonly socketId: string;
}

type Server = { readonly url: string };

/** A client that has read `pusher:connection_established`. */
export async function peer(server: Server): Promise<Peer> {
  const client = await connect(server);
  const socketId = await client.established();
  return { client, socketId, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** A client on a channel, signed for when the channel needs it, that has read the confirmation. */
export async function subscriber(server: Server, channel: string, member?: unknown): Promise<Peer> {
  const connected = await peer(server);
  await join(connected, channel, member);
  return connected;
}

/** Subscribes a client to one more channel and reads the confirmation; `member` is its `channel_data`. */
export async function join({ client, socketId }: Peer, channel: string, member?: unknown): Promise<void> {
  const channelData = member === undefined ? undefined : JSON.stringify(member);
  const auth = /^(private|presence)-/.test(channel)
    ? signChannel(TEST_APPLICATION, socketId, channel, channelData)
    : "";
  const data = { auth, channel, ...(channelData === undefined ? {} : { channel_data: channelData }) };
  client.send({ event: "pusher:subscribe", data });
  await client.nextEvent("pusher_internal:subscription_succeeded");
}

/** A client that is signed in as a user and has read the confirmation. */
export async function signedIn(server: Server, userId: string): Promise<Peer> {
  const connected = await peer(server);
  const userData = JSON.stringify({ id: userId });
  const auth = signUser(TEST_APPLICATION, connected.socketId, userData);
  connected.client.send({ event: "pusher:signin", data: { auth, user_data: userData } });
  await connected.client.nextEvent("pusher:signin_success");
  return connected;
}
