/** The levels of log lines, from the one with the most lines to the worst. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** How bad the event of a line is. `debug` has a line for every message. */
export type LogLevel = typeof LOG_LEVELS[number];

/** What is known of an event before it happens. The table in docs/monitoring.md is written from it. */
export interface LogEventRow {
  /** The levels that its lines have. */
  readonly levels: readonly LogLevel[];
  /** The fields that its lines have in JSON besides those of every line. */
  readonly fields: readonly string[];
  /** What has happened: a cell of the table, so in Markdown and without a full stop. */
  readonly when: string;
}

/** Every name that the `event` of a log line may have. Operators filter and alert by these names, so a name never changes. */
export const LOG_EVENTS = {
  server_started: {
    levels: ["info"],
    fields: ["port", "metrics_port", "dashboard_port"],
    when: "the server listens",
  },
  server_details: {
    levels: ["info"],
    fields: [],
    when: "after that: applications, files, certificates; a line each",
  },
  server_stopping: { levels: ["info"], fields: [], when: "a stop has begun, with its cause" },
  server_stopped: { levels: ["info"], fields: [], when: "the stop has ended, with counts of the whole run" },
  reloaded: {
    levels: ["info"],
    fields: [],
    when: "the configuration was read again; a line for each change",
  },
  reload_refused: {
    levels: ["warning", "error"],
    fields: [],
    when: "a new configuration was refused, with the reason; the old one stays in use",
  },
  restarting: {
    levels: ["info"],
    fields: [],
    when: "a restart has begun, with its cause: another process takes the place of the server",
  },
  restarted: {
    levels: ["info"],
    fields: [],
    when: "another process serves, and the clients have been told to connect anew",
  },
  restart_unsteered: {
    levels: ["warning"],
    fields: [],
    when: "the system refuses a part of the handover at a restart, with the reason and what follows",
  },
  process_ended: {
    levels: ["error"],
    fields: [],
    when: "the process that served under the main process has died; the server ends",
  },
  restart_refused: {
    levels: ["error"],
    fields: [],
    when: "a restart was refused, with the reason: the new server could not start; the old one goes on",
  },
  configuration: { levels: ["warning"], fields: [], when: "a setting is suspicious" },
  configuration_invalid: {
    levels: ["error"],
    fields: [],
    when: "the configuration cannot be used; the start ends",
  },
  output_failed: {
    levels: ["warning"],
    fields: [],
    when: "standard output or standard error cannot be written to, for example since the disk is full",
  },
  listen_failed: {
    levels: ["error"],
    fields: [],
    when: "the server cannot listen on an address; the start ends",
  },
  open_files: {
    levels: ["warning"],
    fields: [],
    when: "the limit of open files is too low for `max_connections`",
  },
  files_few: {
    levels: ["warning"],
    fields: [],
    when: "nearly all files are open that may be: new WebSocket connections are [refused](#refusals)",
  },
  files_enough: { levels: ["info"], fields: [], when: "they are accepted again" },
  runtime_file: { levels: ["warning"], fields: [], when: "`resound restart` will not find this server" },
  watch_socket: { levels: ["warning"], fields: [], when: "`resound watch` cannot follow this server" },
  service_manager: { levels: ["warning"], fields: [], when: "the server cannot report its state to systemd" },
  certificate_renewed: {
    levels: ["info", "warning"],
    fields: [],
    when: "a changed certificate is in use, or cannot be used",
  },
  restart_signal_unsupported: {
    levels: ["warning"],
    fields: [],
    when: "`php artisan reverb:restart` will not be noticed",
  },
  restart_signal_unreachable: { levels: ["warning"], fields: [], when: "Laravel's cache cannot be read" },
  restart_signal_reachable: { levels: ["info"], fields: [], when: "Laravel's cache can be read again" },
  pulse_unsupported: {
    levels: ["warning"],
    fields: [],
    when: "Laravel Pulse will get no counts of messages",
  },
  pulse_unreachable: {
    levels: ["warning"],
    fields: [],
    when: "the counts for Laravel Pulse cannot be written now",
  },
  pulse_reachable: { levels: ["info"], fields: [], when: "they can be written again" },
  pulse_behind: {
    levels: ["warning"],
    fields: [],
    when: "Laravel Pulse takes entries more slowly than messages pass",
  },
  dashboard_sign_in: {
    levels: ["info"],
    fields: ["application", "address"],
    when: "a user has signed in to the dashboard",
  },
  fleet_joined: {
    levels: ["info"],
    fields: [],
    when: "events are passed to and from PHP nodes of Reverb (`scaling.mixed`)",
  },
  fleet_unreadable: {
    levels: ["warning"],
    fields: [],
    when: "a message on Reverb's channel in Redis cannot be read, with the reason; it is dropped",
  },
  fleet_refused: {
    levels: ["error"],
    fields: [],
    when: "Redis refuses to listen to Reverb's channel, or to publish there",
  },
  worker_started: { levels: ["info"], fields: [], when: "a new process has replaced a worker" },
  worker_ended: {
    levels: ["info", "error"],
    fields: [],
    when: "a worker's process has ended, on request or by itself",
  },
  worker_waits: {
    levels: ["warning"],
    fields: [],
    when: "a worker ends again and again; the next start waits",
  },
  worker_silent: {
    levels: ["error"],
    fields: [],
    when: "a worker's event loop stood still; its process was killed",
  },
  worker_version: { levels: ["warning"], fields: [], when: "a worker has another version than its parent" },
  workers_refused: {
    levels: ["error"],
    fields: [],
    when: "workers are not possible here, or one did not come up; the start ends",
  },
  workers_restarting: { levels: ["info"], fields: [], when: "all workers are being replaced" },
  workers_restarted: {
    levels: ["info", "error"],
    fields: [],
    when: "all workers were replaced, or not, with the reason",
  },
  channel_kind: {
    levels: ["warning"],
    fields: ["application"],
    when: "a channel like `privateer` is public, but private in Reverb; only the first names are logged",
  },
  applications_away: {
    levels: ["warning"],
    fields: [],
    when: "the source of applications (`apps.provider`) cannot be asked; those that are known go on",
  },
  applications_back: { levels: ["info"], fields: [], when: "it answers again" },
  application_unusable: {
    levels: ["warning"],
    fields: ["application"],
    when: "the source has an application that cannot be used, with the fault; what was known of it goes on",
  },
  bridge_lost: {
    levels: ["warning"],
    fields: [],
    when: "a worker has lost its link to its parent, and goes on alone until it is back",
  },
  bridge_refused: {
    levels: ["error"],
    fields: [],
    when: "the workers cannot exchange events without Redis on this machine",
  },
  redis_connected: { levels: ["info"], fields: [], when: "this node has joined its cluster" },
  redis_too_old: { levels: ["warning"], fields: [], when: "Redis is older than version 6" },
  redis_away: {
    levels: ["warning"],
    fields: [],
    when: "Redis cannot be reached; events for other nodes wait",
  },
  redis_accepts: { levels: ["info"], fields: [], when: "Redis takes shared state again" },
  events_missed: {
    levels: ["warning"],
    fields: ["events"],
    when: "events of other nodes were lost for clients of this node while it could not reach Redis",
  },
  redis_back: {
    levels: ["info"],
    fields: [],
    when: "Redis can be reached again, with what this node has dropped meanwhile",
  },
  redis_damaged: {
    levels: ["warning"],
    fields: [],
    when: "another program has written to a key of the nodes, which is deleted and written again",
  },
  redis_emptied: {
    levels: ["warning"],
    fields: [],
    when: "Redis has lost what the nodes share, as after FLUSHDB; this node writes its part again",
  },
  redis_refuses: {
    levels: ["warning"],
    fields: [],
    when: "Redis passes events, but takes no shared state (it is out of memory, or rights are missing)",
  },
  redis_required: {
    levels: ["error"],
    fields: [],
    when: "`scaling.required` is set and Redis cannot be used; the start ends",
  },
  lease_lost: {
    levels: ["warning"],
    fields: [],
    when: "this node was silent for so long that the others may have removed its members",
  },
  node_lost: {
    levels: ["warning"],
    fields: ["users_removed"],
    when: "another node was silent too long; this node has removed its members",
  },
  stream_reads: {
    levels: ["info"],
    fields: [],
    when: "the Redis of the [event streams](laravel.md#events-through-redis) can be used, at start or again",
  },
  stream_away: {
    levels: ["warning"],
    fields: [],
    when: "the Redis of the event streams cannot be reached; no events are read from it",
  },
  stream_refused: {
    levels: ["warning"],
    fields: [],
    when:
      "Redis refuses what reading event streams takes (rights are missing, another program has written to the key)",
  },
  webhook_failing: {
    levels: ["warning"],
    fields: ["application"],
    when: "a [webhook](webhooks.md) failed and is tried again; logged once until it works again",
  },
  webhook_recovered: { levels: ["info"], fields: ["application"], when: "the webhook works again" },
  webhook_dropped: {
    levels: ["warning"],
    fields: ["application", "events", "connection", "address"],
    when:
      "events were given up: too old, too many, or for a URL that is no longer configured; `connection` and `address` are of a client that caused more than its share",
  },
  webhook_spool: {
    levels: ["info", "warning"],
    fields: ["events"],
    when: "events that were not sent are left to the next server, or taken over from the last one",
  },
  recovery_gap: {
    levels: ["warning"],
    fields: ["reason", "application", "channel", "connection"],
    when: "a client is back that cannot be sent all that it has [missed](recovery.md#what-is-promised)",
  },
  recovery_spool: {
    levels: ["info", "warning"],
    fields: [],
    when: "what clients may come back for was taken over from the last server, or cannot be left to the next",
  },
  recovery_gaps_more: {
    levels: ["warning"],
    fields: ["reason"],
    when: "further ones of the same reason: ten within ten seconds are logged one by one, the rest counted",
  },
  refused: {
    levels: ["warning"],
    fields: ["reason", "application", "connection", "address"],
    when: "a request or message was refused; see [Refusals](#refusals)",
  },
  refused_more: {
    levels: ["warning"],
    fields: ["reason"],
    when:
      "further refusals of the same reason: ten within ten seconds are logged one by one, the rest counted",
  },
  fault: {
    levels: ["error"],
    fields: [],
    when: "a defect of this server, with its stack trace: please report it",
  },
  message: {
    levels: ["debug"],
    fields: ["direction", "peer"],
    when: "a message that passed through, without secrets",
  },
} as const satisfies Readonly<Record<string, LogEventRow>>;

/** One of {@link LOG_EVENTS}. */
export type LogEvent = keyof typeof LOG_EVENTS;
