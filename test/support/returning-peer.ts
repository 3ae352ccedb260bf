import { PONG } from "./frames.ts";
import { RawSocket } from "./raw-socket.ts";
import { signChannel, signUser } from "./sign-channel.ts";
import { socketPath } from "./socket-client.ts";
import { type Credentials, TEST_APPLICATION } from "./test-application.ts";
import { OPCODE, type WebSocketFrame } from "./websocket-frame.ts";

/** The protocol's own ping. */
const PING = '{"event":"pusher:ping"}';

/** How a client comes to a server with recovery. */
export interface ReturnOptions {
  /** Cookies that it has, by name; it keeps what the answer sets and deletes. */
  readonly jar?: Map<string, string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly application?: Credentials;
}

/** A client whose WebSocket answers pings, as every browser's does, whose jar keeps cookies, and whose connection can be cut. */
export class ReturningPeer implements Disposable {
  readonly jar: Map<string, string>;
  /** Values of `Set-Cookie` in the answer to its handshake. */
  readonly setCookies: readonly string[];
  readonly application: Credentials;
  /** The `socket_id`. */
  id = "";
  /** The member `resume` of the first message. */
  resume: string | undefined;
  /** Whether pings are left unanswered. */
  isSilent = false;
  /** Payloads of the pings that have come. */
  readonly pings: string[] = [];
  readonly #raw: RawSocket;
  /** Frames that have come before the answer to a ping of ours. */
  readonly #unread: WebSocketFrame[] = [];

  private constructor(
    raw: RawSocket,
    jar: Map<string, string>,
    setCookies: readonly string[],
    application: Credentials,
  ) {
    this.#raw = raw;
    this.jar = jar;
    this.setCookies = setCookies;
    this.application = application;
  }

  /** Connects and reads the first message. */
  static async connect(
    server: { readonly host: string; readonly port: number },
    { jar = new Map<string, string>(), headers = {}, application = TEST_APPLICATION, path }: ReturnOptions =
      {},
  ): Promise<ReturningPeer> {
    const raw = await RawSocket.open(server);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await raw.upgrade({
      path: path ?? socketPath(application.key),
      headers: { ...(cookie === "" ? {} : { Cookie: cookie }), ...headers },
    });
    const setCookies = answer.headers.get("set-cookie")?.split(", ") ?? [];
    for (const each of setCookies) {
      const [pair = "", ...attributes] = each.split("; "), end = pair.indexOf("=");
      if (attributes.includes("Max-Age=0")) jar.delete(pair.slice(0, end));
      else jar.set(pair.slice(0, end), pair.slice(end + 1));
    }
    const peer = new ReturningPeer(raw, jar, setCookies, application);
    const first = JSON.parse(await peer.next()) as { data: string };
    const data = JSON.parse(first.data) as { socket_id: string; resume?: string };
    peer.id = data.socket_id;
    peer.resume = data.resume;
    return peer;
  }

  /** The next text frame. Pings before it, of both kinds, are answered. */
  async next(): Promise<string> {
    for (;;) {
      const frame = await this.#readFrame();
      if (frame.opcode === OPCODE.text && frame.text !== PING) return frame.text;
      if (frame.text === PING) {
        this.#answer(frame);
        continue;
      }
      if (frame.opcode === OPCODE.close) throw new Error(`Closed: ${frame.closeCode} ${frame.closeReason}`);
      if (frame.opcode !== OPCODE.ping) continue;
      this.#answer(frame);
    }
  }

  /** The next text frames, so many. */
  async take(count: number): Promise<string[]> {
    const frames: string[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** The data of the next events with this name, so many; frames of other events are passed over. */
  async events(name: string, count: number): Promise<unknown[]> {
    const data: unknown[] = [];
    while (data.length < count) {
      const frame = JSON.parse(await this.next()) as { event: string; data: unknown };
      if (frame.event === name) data.push(frame.data);
    }
    return data;
  }

  /**
   * Reads until the server has asked what has arrived, answers, and waits until the server has read that: a connection that is cut takes
   * along what the server has not read yet. What comes meanwhile is read later.
   */
  async acknowledge(): Promise<void> {
    for (;;) {
      const frame = await this.#readFrame();
      if (frame.opcode !== OPCODE.ping && frame.text !== PING) continue;
      this.#answer(frame);
      break;
    }
    if (this.isSilent) return;
    this.send({ event: "pusher:ping", data: {} });
    for (;;) {
      const frame = await this.#raw.readFrame();
      if (frame.text === PONG) return;
      this.#unread.push(frame);
    }
  }

  async #readFrame(): Promise<WebSocketFrame> {
    return this.#unread.shift() ?? await this.#raw.readFrame();
  }

  /**
   * Resolves when the server has read all that was sent before: it answers in order. Behind a proxy that is the only way to know
   * it, since a connection that is cut there takes along what the proxy has not passed on yet. No event MUST be on its way.
   */
  async roundTrip(): Promise<void> {
    this.send({ event: "pusher:ping", data: {} });
    const answer = await this.next();
    if (answer !== PONG) throw new Error(`Expected ${PONG}, got ${answer}`);
  }

  #answer(frame: WebSocketFrame): void {
    this.pings.push(frame.text);
    if (this.isSilent) return;
    if (frame.text === PING) this.send({ event: "pusher:pong", data: {} });
    else this.#raw.sendFrame({ opcode: OPCODE.pong, payload: frame.payload });
  }

  send(message: unknown): void {
    this.#raw.send(message);
  }

  /** Asks for a channel, with a signature where it needs one. `member` is the `channel_data`. */
  subscribe(channel: string, member?: unknown): void {
    const channelData = member === undefined ? undefined : JSON.stringify(member);
    const isPublic = !/^(private|presence)-/.test(channel);
    const auth = isPublic ? "" : signChannel(this.application, this.id, channel, channelData);
    const data = { auth, channel, ...(channelData === undefined ? {} : { channel_data: channelData }) };
    this.send({ event: "pusher:subscribe", data });
  }

  /** Asks to be signed in as a user. */
  signIn(userId: string): void {
    const userData = JSON.stringify({ id: userId });
    this.send({
      event: "pusher:signin",
      data: { auth: signUser(this.application, this.id, userData), user_data: userData },
    });
  }

  /** Subscribes, reads the confirmation, and answers the ping behind it: a cut after that can be recovered from. */
  async subscribed(channel: string, member?: unknown): Promise<string> {
    this.subscribe(channel, member);
    for (;;) {
      const frame = await this.next();
      if (!frame.startsWith('{"event":"pusher_internal:subscription_succeeded"')) continue;
      await this.acknowledge();
      return frame;
    }
  }

  /** Sends a close frame. */
  close(code?: number): void {
    this.#raw.sendClose(code);
  }

  /** Cuts the connection, without a close frame. */
  cut(): void {
    this.#raw.destroy();
  }

  /** Reads nothing more, until `resume`. */
  pause(): void {
    this.#raw.pause();
  }

  /** Reads on. */
  goOn(): void {
    this.#raw.resume();
  }

  [Symbol.dispose](): void {
    this.#raw.destroy();
  }
}
