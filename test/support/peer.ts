import { PONG } from "./frames.ts";
import { signChannel, signUser } from "./sign-channel.ts";
import { type ConnectOptions, SocketClient, socketPath } from "./socket-client.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";

/** Who connects, and how; TEST_APPLICATION unless another is named. */
export interface PeerOptions extends ConnectOptions {
  readonly application?: Credentials;
}

/** A server that listens at `http://` or `https://`. */
interface Address {
  readonly url: string;
}

/** An established client of an application: its `socket_id` is known, and the first frame has been read. */
export class Peer extends SocketClient {
  readonly application: Credentials;
  /** The `socket_id`. */
  id = "";

  private constructor(url: string, application: Credentials, options: ConnectOptions) {
    super(url, options);
    this.application = application;
  }

  /** Connects and reads `pusher:connection_established`. */
  static async connect(server: Address, options: PeerOptions = {}): Promise<Peer> {
    const application = options.application ?? TEST_APPLICATION;
    const path = options.path ?? socketPath(application.key);
    const peer = await new Peer(server.url.replace(/^http/, "ws") + path, application, options).opened();
    peer.id = await peer.established();
    return peer;
  }

  /** Connects and subscribes to a channel (see `subscribed`). */
  static async subscribed(server: Address, channel: string, member?: unknown): Promise<Peer> {
    const peer = await Peer.connect(server);
    await peer.subscribed(channel, member);
    return peer;
  }

  /** Connects, signs in as a user with this id, and reads the confirmation. */
  static async signedIn(server: Address, userId: string): Promise<Peer> {
    const peer = await Peer.connect(server);
    const userData = JSON.stringify({ id: userId });
    const auth = signUser(peer.application, peer.id, userData);
    peer.send({ event: "pusher:signin", data: { auth, user_data: userData } });
    await peer.nextEvent("pusher:signin_success");
    return peer;
  }

  /** Connects several, all at once. */
  static connectAll(
    server: Address,
    count: number,
    options: PeerOptions = {},
  ): Promise<Peer[]> {
    return Promise.all(Array.from({ length: count }, () => Peer.connect(server, options)));
  }

  /** Asks for a public channel, as pusher-js does. Resolves with the next frame of any kind. */
  subscribe(channel: string): Promise<string> {
    return this.ask("pusher:subscribe", { auth: "", channel });
  }

  /** Asks for a private or presence channel with a signature that fits. Resolves with the next frame of any kind. */
  subscribeSigned(channel: string, channelData?: string): Promise<string> {
    const auth = signChannel(this.application, this.id, channel, channelData);
    const data = channelData === undefined ? {} : { channel_data: channelData };
    return this.ask("pusher:subscribe", { auth, ...data, channel });
  }

  /**
   * Subscribes to a channel, with a signature where it needs one, and reads on until the confirmation: frames of other channels may
   * come before it. `member` is the `channel_data`.
   */
  async subscribed(channel: string, member?: unknown): Promise<void> {
    const channelData = member === undefined ? undefined : JSON.stringify(member);
    const isPublic = !/^(private|presence)-/.test(channel);
    const auth = isPublic ? "" : signChannel(this.application, this.id, channel, channelData);
    const data = { auth, channel, ...(channelData === undefined ? {} : { channel_data: channelData }) };
    this.send({ event: "pusher:subscribe", data });
    while ((await this.nextEvent("pusher_internal:subscription_succeeded")).channel !== channel);
  }

  /** Leaves a channel; the server does not answer, so this waits until it has understood. */
  async unsubscribe(channel: string): Promise<void> {
    this.send({ event: "pusher:unsubscribe", data: { channel } });
    await this.expectSilence();
  }

  /** Signs in with a signature that fits. Resolves with the next frame of any kind. */
  signIn(userData: string): Promise<string> {
    return this.ask("pusher:signin", {
      auth: signUser(this.application, this.id, userData),
      user_data: userData,
    });
  }

  /** Sends an event with this data and reads one frame. */
  ask(event: string, data: unknown): Promise<string> {
    this.send({ event, data });
    return this.next();
  }

  /** Sends a message and reads all answers to it: everything before the answer to a ping that follows. */
  async answersTo(message: unknown): Promise<string[]> {
    this.send(message);
    this.send({ event: "pusher:ping" });
    const frames: string[] = [];
    for (let frame = await this.next(); frame !== PONG; frame = await this.next()) frames.push(frame);
    return frames;
  }

  /** Reads as many frames. */
  async nextFrames(count: number): Promise<string[]> {
    const frames: string[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }
}
