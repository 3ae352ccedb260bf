import PusherClient from "pusher-js";
import { signChannel, signUser } from "../../../test/support/sign-channel.ts";
import { socketPath } from "../../../test/support/socket-client.ts";
import { TEST_APPLICATION } from "../../../test/support/test-application.ts";

/** How one kind of client speaks. */
export interface Speaker {
  /** Whether it reconnects and subscribes anew by itself. */
  readonly comesBack: boolean;
  /** Connects; `resume` names the connection in whose place it comes back. */
  connect(resume: string | undefined): void;
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  send(event: string, data: unknown, channel?: string): void;
  signIn(): void;
  /** Closes the connection with a closing handshake. */
  close(): void;
}

/** What a speaker tells its client. */
export interface Listener {
  /** A connection is being made, or was made by itself. */
  connecting(): void;
  message(event: string, channel: string | undefined, data: unknown): void;
  closed(code: number): void;
}

/** A plain WebSocket to a port of this machine. */
export function rawSpeaker(port: number, user: string, listener: Listener): Speaker {
  let socket: WebSocket | undefined, socketId = "";
  const send = (event: string, data: unknown, channel?: string): void =>
    socket?.readyState === WebSocket.OPEN
      ? socket.send(JSON.stringify({ event, data, ...(channel === undefined ? {} : { channel }) }))
      : undefined;
  return {
    comesBack: false,
    connect(resume) {
      const query = resume === undefined ? "" : `&resume=${encodeURIComponent(resume)}`;
      listener.connecting();
      const opened = socket = new WebSocket(
        `ws://127.0.0.1:${port}${socketPath(TEST_APPLICATION.key)}${query}`,
      );
      opened.onmessage = ({ data: text }: MessageEvent<unknown>) => {
        const { event, channel, data } = JSON.parse(String(text)) as Message;
        if (event === "pusher:connection_established") socketId = socketIdOf(data);
        if (event === "pusher:ping") send("pusher:pong", {});
        listener.message(event, channel, data);
      };
      opened.onclose = ({ code }) => listener.closed(code);
    },
    subscribe: (channel) => send("pusher:subscribe", { channel, ...authorization(socketId, channel, user) }),
    unsubscribe: (channel) => send("pusher:unsubscribe", { channel }),
    send,
    signIn: () => send("pusher:signin", userAuthentication(socketId, user)),
    close: () => socket?.close(1000),
  };
}

/** pusher-js as it is, which connects to a port of this machine. */
export function pusherSpeaker(port: number, user: string, listener: Listener): Speaker {
  let pusher: PusherClient | undefined;
  const open = (): PusherClient => {
    const made = new PusherClient(TEST_APPLICATION.key, {
      cluster: "",
      wsHost: "127.0.0.1",
      wsPort: port,
      forceTLS: false,
      enabledTransports: ["ws"],
      channelAuthorization: {
        transport: "ajax",
        endpoint: "",
        customHandler: ({ socketId, channelName }, done) =>
          done(null, authorization(socketId, channelName, user)),
      },
      userAuthentication: {
        transport: "ajax",
        endpoint: "",
        customHandler: ({ socketId }, done) => done(null, userAuthentication(socketId, user)),
      },
    });
    made.connection.bind("connected", () => {
      listener.connecting();
      listener.message("pusher:connection_established", undefined, { socket_id: made.connection.socket_id });
    });
    made.connection.bind(
      "message",
      ({ event, channel, data }: Message) => listener.message(event, channel, data),
    );
    made.connection.bind("state_change", ({ previous }: { readonly previous: string }) => {
      if (previous === "connected") listener.closed(1006);
    });
    return made;
  };
  return {
    comesBack: true,
    connect() {
      if (pusher === undefined) pusher = open();
      else pusher.connect();
    },
    subscribe: (channel) => void pusher?.subscribe(channel),
    unsubscribe: (channel) => pusher?.unsubscribe(channel),
    send: (event, data, channel) => void pusher?.connection.send_event(event, data, channel),
    signIn: () => pusher?.signin(),
    close: () => pusher?.disconnect(),
  };
}

interface Message {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
}

/** The `socket_id` of `pusher:connection_established`. */
function socketIdOf(data: unknown): string {
  return String((JSON.parse(String(data)) as { socket_id: unknown }).socket_id);
}

function userAuthentication(
  socketId: string,
  user: string,
): { readonly auth: string; readonly user_data: string } {
  const data = JSON.stringify({ id: user });
  return { auth: signUser(TEST_APPLICATION, socketId, data), user_data: data };
}

function authorization(
  socketId: string,
  channel: string,
  user: string,
): { readonly auth: string; readonly channel_data?: string } {
  if (!/^(private|presence)-/.test(channel)) return { auth: "" };
  if (!channel.startsWith("presence-")) return { auth: signChannel(TEST_APPLICATION, socketId, channel) };
  // Laravel always sends `user_info`, and Laravel Reverb refuses a member without.
  const data = JSON.stringify({ user_id: user, user_info: { name: user } });
  return { auth: signChannel(TEST_APPLICATION, socketId, channel, data), channel_data: data };
}
