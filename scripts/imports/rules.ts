/**
 * Who may import whom: each room of src/ with the rooms whose files it may import; its own files are always open to it. A room
 * without a row is a finding, so that a new one is thought about. A file directly in src/ counts as a room of its own. A row names
 * only rows above it: no arrow goes up, and a test holds the table to that.
 */
export const FOLDER_RULES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    protocol: "",
    php: "",
    // Timers, a wait with an end, and what went wrong in words.
    failures: "",
    config: "php failures",
    tls: "config failures",
    monitoring: "protocol config",
    hub: "protocol config failures monitoring",
    redis: "config failures",
    cluster: "protocol config failures monitoring hub redis",
    bridge: "protocol monitoring hub",
    runtime: "protocol config failures tls monitoring hub",
    websocket: "protocol config monitoring hub",
    http: "protocol config failures monitoring hub",
    webhooks: "protocol config failures monitoring hub",
    pulse: "config failures monitoring redis runtime",
    // The page's changes go through the HTTP API's own handlers, so that both say and do the same.
    dashboard: "protocol config monitoring hub http cluster",
    // The parts of the composition root, which is server.ts.
    server: "protocol config failures tls monitoring hub redis cluster bridge http runtime webhooks",
    "server.ts":
      "protocol config failures tls monitoring hub redis cluster bridge runtime websocket http webhooks pulse dashboard server",
    process: "config failures tls monitoring hub redis bridge pulse runtime server server.ts",
    doctor: "protocol config failures redis webhooks",
    cli: "php config failures tls monitoring cluster runtime webhooks process doctor",
    "main.ts": "cli",
  }).map(([room, allowed]) => [room, allowed.split(" ").filter(Boolean)]),
);

/** Packages that one folder keeps to itself, so that nothing else has to change when one is replaced. */
export const PACKAGE_HOMES: ReadonlyMap<string, string> = new Map([
  ["bun", "runtime"],
  ["hono", "http"],
  ["ioredis", "redis"],
  ["php-parser", "php"],
  ["php-serialize", "pulse"],
  ["re2js", "php"],
  ["prom-client", "monitoring"],
  ["smol-toml", "config"],
  ["valibot", "config"],
  ["commander", "cli"],
  ["uplot", "dashboard"],
]);

/**
 * Folders that may import a package besides its home. The dashboard's pages are Hono's JSX, and its routes are none of the HTTP
 * API's: an application of Hono's own, which the server gets only when the dashboard is enabled.
 */
export const PACKAGE_GUESTS: ReadonlyMap<string, readonly string[]> = new Map([["hono", ["dashboard"]]]);

/** Global objects that only one folder may name. */
export const GLOBAL_HOMES: ReadonlyMap<string, string> = new Map([["Bun", "runtime"], ["Deno", "runtime"]]);

/** Members of the process (under each global that has them) that only one folder or top-level file may use. */
export const PROCESS_MEMBER_HOMES: ReadonlyMap<string, string> = new Map([["env", "config"], [
  "exit",
  "main.ts",
]]);

/** Names that say nothing about what is inside; not allowed as a file's or folder's name, nor as its last word. */
export const EMPTY_NAMES: readonly string[] = "util utils helper helpers common types manager managers".split(
  " ",
);
