import { connect, type Socket } from "node:net";
import { errorCode, errorReason } from "../failures/error-reason.ts";
import { type FoundServer, isRunning } from "../process/registry/find-servers.ts";
import type { WatchFilter } from "../process/watch/watch-filter.ts";
import { findWatchSockets } from "../process/watch/watch-places.ts";
import { complain } from "./running-servers.ts";

/** Milliseconds between two looks at which processes the server has. */
const LOOK_INTERVAL = 500;
/** Characters of a line at most; a server writes some thousand. */
const LONGEST_LINE = 1_000_000;

/** A line of a server, which is a JSON object. */
export type ReadLine = Readonly<Record<string, unknown>>;

/** What a server is followed with. */
export interface FollowOptions {
  readonly filter: WatchFilter;
  /** Shows a line. Returns a promise where the reader of the output has to catch up first. */
  readonly show: (line: ReadLine) => Promise<void> | undefined;
  /** The server has so many applications. */
  readonly hasApplications: (count: number) => void;
  readonly signal: AbortSignal;
}

/** A server whose lines are shown: of all its workers, also of those that replace others. */
export class FollowedServer {
  /** Resolves when the server has stopped, or the signal comes, with true; with false when it cannot be followed. */
  readonly ended: Promise<boolean>;
  readonly #server: FoundServer;
  readonly #options: FollowOptions;
  readonly #end: (done: boolean) => void;
  /** By path. `undefined` is a socket where nothing listens. */
  readonly #sockets = new Map<string, Socket | undefined>();
  /** Paths of the beginning from which no answer has come yet. */
  #ungreeted: Set<string> | undefined;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(server: FoundServer, options: FollowOptions) {
    this.#server = server;
    this.#options = options;
    const ended = Promise.withResolvers<boolean>();
    this.ended = ended.promise;
    this.#end = (done) => {
      clearInterval(this.#timer);
      for (const socket of this.#sockets.values()) socket?.destroy();
      ended.resolve(done);
    };
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL);
    options.signal.addEventListener("abort", () => this.#end(true));
    this.#look();
    this.#ungreeted = new Set(this.#sockets.keys());
    if (this.#ungreeted.size === 0) this.#cannotWatch(NO_SOCKET);
  }

  get #name(): string {
    const { pid, address } = this.#server.record;
    return `the server ${pid} at ${address}`;
  }

  #cannotWatch(reason: string): void {
    complain(`Cannot watch ${this.#name}: ${reason}`);
    this.#end(false);
  }

  /** A process shows what happens from now on, or has ended before. */
  #greeted(path: string): void {
    if (this.#ungreeted?.delete(path) !== true || this.#ungreeted.size > 0) return;
    const sockets = [...this.#sockets.values()].filter((socket) => socket !== undefined);
    if (sockets.length === 0) return this.#cannotWatch(NO_SOCKET);
    const workers = this.#server.record.workers === undefined ? "" : ` with ${sockets.length} workers`;
    complain(`Watching ${this.#name}${workers}; Ctrl-C ends it`);
  }

  /** Connects to processes that are new. */
  #look(): void {
    if (!isRunning(this.#server)) {
      complain(`${this.#name.replace("the", "The")} has stopped`);
      return this.#end(true);
    }
    for (const path of findWatchSockets(this.#server)) {
      if (!this.#sockets.has(path)) this.#connect(path);
    }
  }

  #connect(path: string): void {
    const socket = connect(path);
    this.#sockets.set(path, socket);
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(this.#options.filter)}\n`));
    socket.on("error", (error) => this.#failed(path, error));
    socket.on("close", () => {
      if (this.#sockets.get(path) !== undefined) this.#sockets.delete(path);
    });
    let text = "";
    socket.on("data", (data: string) => {
      const lines = `${text}${data}`.split("\n");
      text = lines.pop() ?? "";
      if (text.length > LONGEST_LINE) return void socket.destroy();
      let isBehind: Promise<void> | undefined;
      for (const line of lines) isBehind = this.#take(path, line) ?? isBehind;
      // The server then keeps some lines for later, and counts those beyond.
      if (isBehind === undefined) return;
      socket.pause();
      void isBehind.then(() => socket.resume());
    });
  }

  #take(path: string, text: string): Promise<void> | undefined {
    const line = parseLine(text);
    if (line === undefined) return undefined;
    const { type, detail, applications } = line;
    if (type === "full") {
      this.#cannotWatch(`${String(detail)}. End one of these and try again.`);
    } else if (type === "hello") {
      if (typeof applications === "number") this.#options.hasApplications(applications);
      this.#greeted(path);
    } else return this.#options.show({ ...line, server: this.#server.record.pid });
    return undefined;
  }

  #failed(path: string, error: Error): void {
    const code = errorCode(error);
    // A process that was killed has left its socket; another takes its place.
    if (code === "ECONNREFUSED" || code === "ENOENT") {
      this.#sockets.set(path, undefined);
      this.#greeted(path);
    } else if (code === "EACCES" || code === "EPERM") {
      this.#cannotWatch(`${errorReason(error)}. Run this as the user that the server runs as, or as root.`);
    }
  }
}

const NO_SOCKET = "it has no socket for that. It may be an earlier version of Resound, or its log says why " +
  "(watch_socket).";

function parseLine(text: string): ReadLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as ReadLine : undefined;
  } catch {
    // A line that was cut when the server ended.
    return undefined;
  }
}
