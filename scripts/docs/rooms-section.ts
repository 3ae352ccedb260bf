import { existsSync } from "node:fs";
import { join } from "node:path";
import { FOLDER_RULES } from "../imports/rules.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

/** What each room of src/ holds; a test sees that the rooms are those of the import rules. */
export const ROOMS: Readonly<Record<string, string>> = {
  protocol: "the Pusher protocol without state: channel names, frames in and out, client errors, signatures",
  php: "evaluates a PHP config file without PHP",
  failures: "timers, waits with an end, system errors in words",
  config: "files, environment and flags in, one frozen `Config` out; each setting is one row",
  tls: "certificates by PHP's option names, Herd's and Valet's, as settings for any runtime",
  monitoring: "counters, the log and its closed list of events, refusals, the metrics page",
  hub: "everything alive of one application on this node; owns the ports `Socket` and `Cluster`",
  redis: "a link to Redis that reconnects for ever: single server, Sentinel, Redis Cluster",
  cluster: "the port `Cluster` through Redis; the events that Laravel appends there, and PHP nodes of Reverb",
  bridge: "the port `Cluster` between processes of one machine, over a Unix socket",
  runtime:
    "the port `Runtime`: sockets, HTTP, TLS, files of the system; `runtime/bun/` and `runtime/deno/` implement it",
  websocket: "one connection: admission, the messages of a client",
  http: "the HTTP API: one line a route, one function a handler",
  webhooks: "reports to applications over HTTP: queues, retries, order, signatures",
  pulse: "counts of messages for Laravel Pulse",
  dashboard: "the pages at `/dashboard` and their data",
  server: "parts of `server.ts`: timers, the graceful stop, metrics, webhooks",
  "server.ts": "wires all parts for one configuration; sees everything below it",
  process: "one server process from start to end: serve, reload, restart, workers, systemd",
  doctor: "one check a file",
  cli:
    "`cli/commands.ts` declares all commands; what each does is a file of its own, loaded for that command alone",
  "main.ts": "arguments in, exit code out; the only `process.exit`",
};

/** The floor of each room: one above the highest room that it may import. */
export function floors(rules: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const floorOf = (room: string): number => {
    const known = found.get(room);
    if (known !== undefined) return known;
    const floor = Math.max(-1, ...(rules.get(room) ?? []).map(floorOf)) + 1;
    found.set(room, floor);
    return floor;
  };
  for (const room of rules.keys()) floorOf(room);
  return found;
}

/** The picture of the rooms in ARCHITECTURE.md: the floors, the highest one first. */
export const floorsSection: WrittenSection = {
  page: "ARCHITECTURE.md",
  name: "floors",
  text: () => {
    const found = floors(FOLDER_RULES), top = Math.max(...found.values());
    // `deno fmt` takes blanks away that a block of code begins with.
    const lines = Array.from({ length: top + 1 }, (_, index) => {
      const floor = top - index;
      const rooms = [...found].filter(([, at]) => at === floor).map(([room]) => room);
      return `${String(floor).padEnd(String(top).length)} │ ${rooms.join("   ")}`;
    });
    return ["```", ...lines, "```"].join("\n");
  },
};

const ROOT = join(import.meta.dir, "../..");

/** A room's name, which leads to its page where it has one. */
function nameCell(room: string): string {
  const page = `src/${room}/README.md`;
  return existsSync(join(ROOT, page)) ? `[\`${room}\`](${page})` : `\`${room}\``;
}

/** The table of the rooms in ARCHITECTURE.md: what each holds and may import. */
export const roomsSection: WrittenSection = {
  page: "ARCHITECTURE.md",
  name: "rooms",
  text: () =>
    markdownTable([
      ["room", "what it holds", "may import"],
      ...[...FOLDER_RULES].map(([room, allowed]) => [
        nameCell(room),
        ROOMS[room] ?? "",
        room === "server.ts"
          ? "every room above"
          : allowed.length === 0
          ? "nothing of ours"
          : allowed.join(", "),
      ]),
    ]),
};
