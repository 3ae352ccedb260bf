import type { Target } from "../load/target.ts";

/** A server under measurement, in a process of its own. */
export interface Contender {
  readonly pid: number;
  readonly target: Target;
  /** Milliseconds from the start of its process to its first greeting of a WebSocket client. */
  readonly startedWithin: number;
  stop(): Promise<void>;
}

/** How a contender runs; by default alone and without TLS. */
export interface StartOptions {
  /** PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Clients come through a proxy that ends TLS on this port; it reaches the server on a Unix socket where one is named. */
  readonly behind?: { readonly port: number; readonly socket?: string };
  /** The port of the Redis that its nodes meet in. */
  readonly redis?: number;
  /** Where it listens; on any free port when left out. */
  readonly port?: number;
  /** Server processes that share the port, on the processors for workers; 1 may run on any of these, too. */
  readonly workers?: number;
  /** How messages are compressed for clients, all of which offer it; not compressed when left out. */
  readonly compression?: "shared" | "dedicated";
  /** New clients that are greeted in a second; as many as come when left out. */
  readonly welcomeRate?: number;
  /** Whether clients that come back are sent what they have missed. */
  readonly recovery?: boolean;
}

/** Whether a contender can be had here, and what exactly it is. */
export type Availability =
  | { readonly kind: "ready"; readonly version: string }
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * What not every contender can do: `redis` is to be one of several nodes, `workers` to run several processes on one port, `compression`
 * to compress messages, `pace` to greet so many new clients a second and no more, `unix socket` to listen on one, `handover` to have another process take its place, `recovery`
 * to send unmodified clients what they have missed.
 */
export type Ability =
  | "tls"
  | "redis"
  | "workers"
  | "compression"
  | "pace"
  | "unix socket"
  | "handover"
  | "recovery";

/** How to start one. */
export interface ContenderKind {
  /** What one types: `--only bare,source`. */
  readonly id: string;
  readonly name: string;
  /** Whether it is one of ours. */
  readonly isOurs: boolean;
  /** What it cannot do in a measurement. */
  readonly lacks: readonly Ability[];
  /** How many sockets it can have at once where that is fewer than the system allows; known once it is prepared. */
  mostSockets?(): number;
  /** Installs or builds it where that is needed. */
  prepare(): Promise<Availability>;
  start(options: StartOptions): Promise<Contender>;
}

/** The application that all of them serve. */
export const APPLICATION = { id: "bench", key: "bench-key", secret: "bench-secret" } as const;

/**
 * The settings of Reverb with which both Reverb and this server run: what lets the scenarios run (long enough silence, large enough
 * calls). Everything else is as users get it.
 */
export const REVERB_ENVIRONMENT = {
  REVERB_APP_ID: APPLICATION.id,
  REVERB_APP_KEY: APPLICATION.key,
  REVERB_APP_SECRET: APPLICATION.secret,
  REVERB_APP_PING_INTERVAL: "600",
  REVERB_APP_MAX_MESSAGE_SIZE: "20000",
  REVERB_MAX_REQUEST_SIZE: "200000",
} as const;
