import { signChannel, signUser } from "./sign-channel.ts";
import { type ConnectOptions, SocketClient, socketPath } from "./socket-client.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";

/** Who connects, and how; TEST_APPLICATION unless another is named. */
export interface PeerOptions extends ConnectOptions {
  readonly application?: Credentials;
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
  static async connect(server: { readonly url: string }, options: PeerOptions = {}): Promise<Peer> {
    const application = options.application ?? TEST_APPLICATION;
    const path = options.path ?? socketPath(application.key);
    const peer = await new Peer(server.url.replace(/^http/, "ws") + path, application, options).opened();
    peer.id = await peer.established();
    return peer;
  }

  /** Connects several, all at once. */
  static connectAll(
    server: { readonly url: string },
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
  async join(channel: string, member?: unknown): Promise<void> {
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

  /** Reads as many frames. */
  async nextFrames(count: number): Promise<string[]> {
    const frames: string[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }
}
