import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { waitAtMost } from "../../failures/deadline.ts";
import { errorCode, errorReason } from "../../failures/error-reason.ts";
import type { Hub } from "../../hub/hub.ts";
import { ActivityFeed, ALL_APPLICATIONS } from "../../hub/monitor/activity-feed.ts";
import type { Monitor } from "../../hub/monitor/monitor.ts";
import type { Log } from "../../monitoring/log.ts";
import { listenWithMode } from "../../runtime/unix-socket.ts";
import { prepareDirectory } from "../registry/runtime-file.ts";
import type { RuntimePlace } from "../registry/runtime-places.ts";
import { Deliveries } from "../../hub/monitor/deliveries.ts";
import { parseRefresh, refreshedLine, type RefreshRequest } from "./refresh-request.ts";
import { LONGEST_FILTER, parseWatchFilter, type WatchFilter } from "./watch-filter.ts";
import type { WatchLine } from "./watch-line.ts";
import { removeDeadWatchSockets, removeSocket, watchPlaces } from "./watch-places.ts";
import { Watcher } from "./watcher.ts";

/** Terminals that may watch one process at once. */
const MAX_WATCHERS = 4;
/** Connections to the socket at most, those that have not said what they ask for included. */
const MAX_CONNECTIONS = 16;
/** Milliseconds within which a watcher has to say what it asks for. */
const PATIENCE = 5000;
/** Milliseconds that the last lines may take on a stop. */
const LAST_LINES = 500;

/** What the socket works with. */
export interface WatchSocketParts {
  /** Where the runtime files of the folder may be. */
  readonly places: readonly RuntimePlace[];
  /** The process that has the runtime file: the parent of a worker, else this one. */
  readonly server: number;
  readonly monitor: Monitor;
  readonly log: Log;
  readonly hubById: (id: string) => Hub | undefined;
  readonly version: string;
  readonly worker: number | undefined;
  /** As `RunningServer.refresh`. */
  readonly refresh: ((id?: string) => void) | undefined;
}

/**
 * The Unix socket through which `resound watch` follows what happens in this process, and `resound apps:refresh` has it look
 * applications up again. Only its user (and root) may connect. While no
 * terminal watches, nothing observes the monitor.
 */
export class WatchSocket {
  readonly #parts: WatchSocketParts;
  readonly #server: Server;
  readonly #path: string;
  readonly #feed: ActivityFeed;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Map<Socket, Watcher>();

  private constructor(parts: WatchSocketParts, server: Server, path: string) {
    this.#parts = parts;
    this.#server = server;
    this.#path = path;
    this.#feed = new ActivityFeed(parts.monitor);
    server.on("connection", (socket) => this.#connected(socket));
  }

  /** Listens in the first place that takes a socket; where none does that is a warning. Windows has none. */
  static async open(parts: WatchSocketParts): Promise<WatchSocket | undefined> {
    if (process.platform === "win32") return undefined;
    const reasons: string[] = [];
    removeDeadWatchSockets(parts.places);
    for (const { place, path } of watchPlaces(parts.places, parts.server, process.pid)) {
      try {
        if (place.ours) prepareDirectory(place.directory);
        return new WatchSocket(parts, await listen(path), path);
      } catch (error) {
        // A folder without storage/ is no Laravel application, which is no fault.
        if (place.ours || !["ENOENT", "ENOTDIR"].includes(errorCode(error))) {
          reasons.push(`${place.directory}: ${errorReason(error)}`);
        }
      }
    }
    const reason = reasons.join("; ") || "every path is too long for a Unix socket";
    parts.log.warning(
      "watch_socket",
      `Cannot listen on a Unix socket, so \`resound watch\` cannot follow this server (${reason})`,
    );
    return undefined;
  }

  /** Ends all watching, with the lines that wait. */
  async close(): Promise<void> {
    this.#server.close();
    removeSocket(this.#path);
    const sent = Promise.all(Array.from(this.#watchers, async ([socket, watcher]) => {
      await watcher.finish();
      await new Promise<void>((resolve) => socket.end(resolve));
    }));
    await waitAtMost(LAST_LINES, sent);
    for (const socket of this.#sockets) socket.destroy();
  }

  #connected(socket: Socket): void {
    if (this.#sockets.size >= MAX_CONNECTIONS) return void socket.destroy();
    this.#sockets.add(socket);
    let text = "", isWatching = false;
    const patience = setTimeout(() => socket.destroy(), PATIENCE);
    socket.setEncoding("utf8");
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(patience);
      this.#sockets.delete(socket);
    });
    socket.on("data", (data: string) => {
      // What follows the first line is not read.
      if (isWatching) return;
      text += data;
      const end = text.indexOf("\n");
      if (end === -1 && text.length <= LONGEST_FILTER) return;
      const request = end === -1 ? undefined : parseRefresh(text.slice(0, end));
      if (request !== undefined) {
        isWatching = true;
        clearTimeout(patience);
        return void socket.end(this.#refresh(request));
      }
      const filter = end === -1 ? undefined : parseWatchFilter(text.slice(0, end));
      if (filter === undefined) return void socket.destroy();
      isWatching = true;
      clearTimeout(patience);
      this.#watch(socket, filter);
    });
  }

  #watch(socket: Socket, filter: WatchFilter): void {
    const { hubById, monitor, version, worker } = this.#parts;
    if (this.#watchers.size >= MAX_WATCHERS) {
      socket.end(this.#line("full", `${MAX_WATCHERS} others watch this process already`));
      return;
    }
    const watcher = new Watcher({
      ...{ filter, hubById, worker },
      send: (text) => socket.write(text),
      now: () => new Date(),
      delay: (milliseconds, call) => void setTimeout(call, milliseconds),
    });
    this.#watchers.set(socket, watcher);
    const ends = [this.#feed.listen(ALL_APPLICATIONS, watcher.take)];
    if (filter.connection !== undefined) {
      ends.push(monitor.observe(new Deliveries(filter.connection, hubById, watcher.takeDelivery)));
    }
    socket.on("drain", () => watcher.drained());
    socket.on("close", () => {
      this.#watchers.delete(socket);
      for (const end of ends) end();
    });
    socket.write(this.#line("hello", version));
  }

  /** Looks applications up again, and says whether there are any that are looked up. */
  #refresh({ id }: RefreshRequest): string {
    const { refresh } = this.#parts;
    refresh?.(id);
    return refreshedLine(refresh === undefined ? "config" : "source");
  }

  #line(type: WatchLine["type"], detail: string): string {
    const { monitor, worker } = this.#parts;
    const at = new Date().toISOString(), applications = monitor.counters.applications.size;
    return `${JSON.stringify({ type, at, worker, detail, applications } satisfies WatchLine)}\n`;
  }
}

/** Listens at the path, where only this user may connect. */
function listen(path: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    // Errors after the start come here too, as where no file is left for a watcher: then it is not connected, and nothing else happens.
    server.on("error", reject);
    server.once("listening", () => resolve(server));
    rmSync(path, { force: true });
    listenWithMode({ path, mode: 0o600 }, () => server.listen(path));
  });
}
