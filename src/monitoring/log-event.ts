import type { LogLevel } from "./log-level.ts";

/**
 * Every name that the `event` of a log line may have, with the levels it comes at. People filter and alert by them, so a name
 * stays what it is; docs/monitoring.md says what each means and which fields it has.
 */
export const LOG_EVENTS = {
  server_started: ["info"],
  server_details: ["info"],
  server_stopping: ["info"],
  server_stopped: ["info"],
  reloaded: ["info"],
  reload_refused: ["warning", "error"],
  configuration: ["warning"],
  configuration_invalid: ["error"],
  listen_failed: ["error"],
  open_files: ["warning"],
  runtime_file: ["warning"],
  service_manager: ["warning"],
  certificate_renewed: ["info", "warning"],
  restart_signal_unsupported: ["warning"],
  restart_signal_unreachable: ["warning"],
  restart_signal_reachable: ["info"],
  pulse_unsupported: ["warning"],
  pulse_unreachable: ["warning"],
  pulse_reachable: ["info"],
  pulse_behind: ["warning"],
  dashboard_sign_in: ["info"],
  worker_started: ["info"],
  worker_ended: ["info", "error"],
  worker_waits: ["warning"],
  worker_silent: ["error"],
  worker_version: ["warning"],
  workers_refused: ["error"],
  workers_restarting: ["info"],
  workers_restarted: ["info", "error"],
  redis_connected: ["info"],
  redis_too_old: ["warning"],
  redis_away: ["warning"],
  redis_accepts: ["info"],
  redis_back: ["info"],
  redis_refuses: ["warning"],
  redis_required: ["error"],
  lease_lost: ["warning"],
  node_lost: ["warning"],
  webhook_failing: ["warning"],
  webhook_recovered: ["info"],
  webhook_dropped: ["warning"],
  webhook_spool: ["info", "warning"],
  refused: ["warning"],
  refused_more: ["warning"],
  fault: ["error"],
  message: ["debug"],
} as const satisfies Readonly<Record<string, readonly LogLevel[]>>;

/** One of {@link LOG_EVENTS}. */
export type LogEvent = keyof typeof LOG_EVENTS;
