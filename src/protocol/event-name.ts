/** Names of the events that clients send to the server (Pusher protocol, client to server). */
export const ClientEventName = {
  ping: "pusher:ping",
  pong: "pusher:pong",
  subscribe: "pusher:subscribe",
  unsubscribe: "pusher:unsubscribe",
  signIn: "pusher:signin",
} as const;

/** What every event name that belongs to the protocol itself begins with; clients may not send others. */
export const PROTOCOL_PREFIX = "pusher:";

/** What every event that one client sends to the others begins with. */
export const CLIENT_EVENT_PREFIX = "client-";
