import type { RefusalReason } from "./refusal.ts";

/** Why something was probably turned down, and what the operator can do. A sentence each, with a full stop. */
export interface RefusalCause {
  readonly cause: string;
  readonly remedy: string;
}

/** What an operator does when Laravel signs with another secret than the server. */
const SAME_SECRET =
  "Compare REVERB_APP_KEY and REVERB_APP_SECRET on both sides. Run `php artisan config:clear` (or `config:cache` anew), restart the " +
  "queue workers with `php artisan queue:restart`, and run `resound reload`.";

const LIMIT = "Raise the limit if these clients are yours; else find out by the address which client it is.";

/** The likely cause of each refusal: the dashboard and `resound watch` show it beside the refusal's own sentence. */
export const REFUSAL_CAUSES: Readonly<Record<RefusalReason, RefusalCause>> = {
  unknown_application: {
    cause: "The page was built with another key than the server serves, or the application was removed.",
    remedy:
      "Compare VITE_REVERB_APP_KEY with REVERB_APP_KEY, run `npm run build`, and reload the server after a change of .env.",
  },
  application_late: {
    cause:
      "The database or address that has the applications is away or slow, or callers make up very many keys.",
    remedy:
      "Look at the log event applications_away and at the source (apps.provider); clients come back by themselves.",
  },
  application_disabled: {
    cause: "The application is switched off: its `enabled` is false.",
    remedy: "Set enabled to true (REVERB_APP_ENABLED) when its clients may come again.",
  },
  over_quota: {
    cause: "More clients are connected than max_connections allows, or pages do not close their connections.",
    remedy: "Raise max_connections (REVERB_APP_MAX_CONNECTIONS).",
  },
  over_address_limit: {
    cause:
      "One client opens very many connections, or many clients share an address behind a NAT or a proxy.",
    remedy:
      "Raise max_connections_per_address; behind a proxy set trusted_proxies, so that each client's own address counts.",
  },
  over_capacity: {
    cause: "The process has nearly all files open that the system allows it.",
    remedy:
      "Raise the limit of open files (LimitNOFILE in the systemd unit, minfds in Supervisor); `resound doctor` names it.",
  },
  over_welcome_rate: {
    cause:
      "Very many clients connect at the same time, as after a lost network; they come back a second later.",
    remedy:
      "Raise welcome_rate (REVERB_WELCOME_RATE) where Laravel answers more calls for private channels a second.",
  },
  too_early: {
    cause:
      "A client sends many messages before it has got its socket_id, while very many clients connect or Redis is slow to answer.",
    remedy: "Clients have to wait for pusher:connection_established. Look at the delay of Redis.",
  },
  redis_behind: {
    cause: "One client makes more work than Redis keeps up with.",
    remedy: "Find the client by its address, and look at the load of Redis.",
  },
  no_file_left: {
    cause: "The process has all files open that the system allows it.",
    remedy:
      "Raise the limit of open files (LimitNOFILE in the systemd unit, minfds in Supervisor); `resound doctor` names it.",
  },
  origin_not_allowed: {
    cause: "The page is served from a host that allowed_origins does not name.",
    remedy: "Add the host of the page to allowed_origins in config/reverb.php (REVERB_APP_ALLOWED_ORIGINS).",
  },
  upgrade_required: {
    cause:
      "A proxy does not pass on the headers Upgrade and Connection, or a browser has opened the address.",
    remedy: "Have the proxy pass them on: docs/web-server.md shows how. `resound doctor` finds it.",
  },
  invalid_message: {
    cause: "A client that does not speak the Pusher protocol, or one that sends its own text.",
    remedy: "Use a Pusher client, or send JSON with `event` and `data`.",
  },
  ignored_event: {
    cause: "The page triggers an event whose name does not begin with client-.",
    remedy: "Name it client-…; Echo's whisper() does so.",
  },
  subscription_unauthorized: {
    cause:
      "The page got its signature from an application with another secret or key, or for another connection: a cached configuration, a " +
      "second environment, a signature that was kept over a reconnection.",
    remedy: SAME_SECRET,
  },
  channel_invalid: {
    cause: "The name is empty, too long, has control characters, or begins with # like a user's own channel.",
    remedy: "Correct the name in the page and in broadcastOn(); max_channel_name_length bounds it.",
  },
  too_many_channels: {
    cause: "A page subscribes to very many channels, or does not leave those that it has shown.",
    remedy: "Leave channels with Echo.leave(), or raise max_channels_per_connection.",
  },
  channels_full: {
    cause: "Clients have opened very many different channels of this application.",
    remedy:
      "Raise max_channels or max_channel_bytes if these are yours; else find the client by its address.",
  },
  sign_in_late: {
    cause: "The page neither signs its user in nor subscribes to a private or presence channel.",
    remedy: "Sign in at once after connecting, or raise sign_in_seconds (REVERB_APP_SIGN_IN_SECONDS).",
  },
  sign_in_unauthorized: {
    cause: "The page got its signature from an application with another secret or key.",
    remedy: SAME_SECRET,
  },
  watchlist_too_long: {
    cause: "The application's watchlist of a user names more than 100 users.",
    remedy: "Shorten the watchlist; the first 100 are watched.",
  },
  client_events_disabled: {
    cause: "The page whispers, and the application accepts no client events.",
    remedy: "Set accept_client_events_from to members (REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM).",
  },
  not_a_member: {
    cause: "The page whispers before its subscription was confirmed, or after it has left the channel.",
    remedy: "Wait for the subscription, or set accept_client_events_from to all.",
  },
  rate_limited: { cause: "A client sends more messages than rate_limiting allows.", remedy: LIMIT },
  message_flood: { cause: "A client sends messages faster than they can be handled.", remedy: LIMIT },
  message_too_large: {
    cause: "A client sends a message beyond max_message_size.",
    remedy: "Send less in one message, or raise max_message_size (REVERB_APP_MAX_MESSAGE_SIZE).",
  },
  pong_missing: {
    cause: "The client's network is gone, or the browser has frozen the page.",
    remedy: "Nothing has to be done: clients reconnect.",
  },
  slow_reader: {
    cause: "The client's network is too slow for what it is subscribed to.",
    remedy: "Send smaller or fewer events, or raise max_backlog_bytes.",
  },
  protocol_violation: {
    cause: "A client or a proxy between sends broken WebSocket frames.",
    remedy: "Look whether a proxy or a virus scanner changes the connection.",
  },
  api_flood: {
    cause: "A caller sends hundreds of calls on one connection without waiting.",
    remedy: "Send several events in one call (batch_events), or over several connections.",
  },
  api_unfinished: {
    cause: "A caller begins a call and does not finish it: a network that is gone, or a proxy.",
    remedy: "Look at the caller's network and at proxies between.",
  },
  api_unknown_application: {
    cause: "REVERB_APP_ID of the caller is not the server's.",
    remedy:
      "Compare REVERB_APP_ID on both sides; run `php artisan config:clear` and `php artisan queue:restart`.",
  },
  api_application_late: {
    cause:
      "The database or address that has the applications is away or slow, or callers make up very many ids.",
    remedy: "Look at the log event applications_away and at the source (apps.provider); repeat the call.",
  },
  api_application_disabled: {
    cause: "The application is switched off: its `enabled` is false.",
    remedy: "Set enabled to true (REVERB_APP_ENABLED) when it may publish again.",
  },
  api_rate_limited: {
    cause: "The application sends more calls a second than max_api_calls_per_second allows.",
    remedy: "Raise the limit, or send several events in one call (batch_events).",
  },
  api_unauthorized: {
    cause:
      "The caller signs with another secret or key, or its clock is wrong: a cached configuration, a queue worker that runs with the old " +
      ".env.",
    remedy: SAME_SECRET,
  },
  api_too_large: {
    cause: "An event's data is larger than max_request_size allows.",
    remedy: "Send less (an id in place of a model), or raise max_request_size (REVERB_MAX_REQUEST_SIZE).",
  },
  api_invalid: {
    cause: "The call lacks a field, or names a channel with a name that is not allowed.",
    remedy: "Look at broadcastOn() and broadcastAs() of the event.",
  },
  api_idempotency_key: {
    cause: "The caller makes a key that is too long, or sends one in the header and another one in the body.",
    remedy: "Use a UUID or a digest, in one of the two places.",
  },
  api_idempotency_reused: {
    cause:
      "The caller uses one key for several events, or makes the body anew when it repeats the call: a time or a model in it has changed.",
    remedy: "Make a new key for each event, and repeat a call with the body that it had.",
  },
  api_idempotency_running: {
    cause: "The first call stands still on its way, or the node that had it has ended.",
    remedy: "Repeat the call: ten seconds after its claim the key is free again.",
  },
  api_idempotency_full: {
    cause: "The application sends more calls with keys within idempotency.seconds than it may keep.",
    remedy:
      "Raise idempotency.max_keys and idempotency.max_bytes, shorten idempotency.seconds, or send several events in one call (batch_events).",
  },
  api_not_found: {
    cause:
      "The caller uses a path that Pusher's HTTP API does not have, or a prefix that the server does not.",
    remedy: "Compare REVERB_SERVER_PATH with the path in the caller's options.",
  },
  host_not_allowed: {
    cause: "The port of the metrics or of the dashboard is asked by another name than its own.",
    remedy: "Add the name to metrics.allowed_hosts or dashboard.allowed_hosts.",
  },
  address_not_allowed: {
    cause: "The dashboard is opened from an address that is not on the list.",
    remedy: "Add the address to dashboard.allowed_addresses; behind a proxy set trusted_proxies.",
  },
  dashboard_unauthorized: {
    cause: "A sign-in with the key or secret of another application or environment, or by a stranger.",
    remedy: "Sign in with REVERB_APP_KEY and REVERB_APP_SECRET of this server.",
  },
};
