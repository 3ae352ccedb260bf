/** What the files of one folder of src/ may import from the others; their own folder is always open to them. */
export interface FolderRule {
  readonly imports: readonly string[];
  /** Folders of which only `import type` is allowed. */
  readonly types?: readonly string[];
}

const DOMAIN = ["connections", "channels", "users", "hub", "broadcast", "cluster"] as const;
const BELOW_THE_DOMAIN = ["protocol", "config", "applications", "monitoring"] as const;

/**
 * Who may import whom. A folder without a row is a finding, so that a new one is thought about. The domain's folders may
 * import each other; the check for cycles keeps them in order. A file directly in src/ counts as a folder of its own.
 */
export const FOLDER_RULES: ReadonlyMap<string, FolderRule> = new Map<string, FolderRule>([
  ["protocol", { imports: [] }],
  ["config", { imports: [] }],
  ["tls", { imports: ["config", "monitoring"] }],
  ["applications", { imports: ["protocol", "config", "monitoring"] }],
  ["monitoring", {
    imports: ["config", "applications", "protocol", "process"],
    types: ["connections", "channels"],
  }],
  ...DOMAIN.map((folder): [string, FolderRule] => [folder, { imports: [...BELOW_THE_DOMAIN, ...DOMAIN] }]),
  ["cluster", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN, "redis"] }],
  ["websocket", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN], types: ["runtime"] }],
  ["http", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN], types: ["runtime"] }],
  // The page's changes go through the HTTP API's own handlers, so that both say and do the same.
  ["dashboard", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN, "http"], types: ["runtime"] }],
  // Tells applications: hears from the hubs, sends by itself.
  ["webhooks", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN] }],
  ["runtime", { imports: ["config", "tls", "protocol", "connections", "monitoring"], types: ["broadcast"] }],
  ["env-file", { imports: ["config"] }],
  ["doctor", { imports: ["probe", "config", "redis", "webhooks"] }],
  ["probe", { imports: ["config", "protocol"] }],
  ["process", { imports: [] }],
  ["workers", { imports: ["monitoring", "process"] }],
  ["redis", { imports: ["config"] }],
  ["restart-signal", { imports: ["config", "redis", "monitoring"], types: ["runtime"] }],
  ["pulse", { imports: ["config", "redis", "monitoring"], types: ["runtime"] }],
  // The parts of the composition root, which is server.ts.
  ["server", { imports: [...BELOW_THE_DOMAIN, ...DOMAIN, "http", "runtime", "webhooks"] }],
  ["cli", {
    imports: [
      "pulse",
      "webhooks",
      "process",
      "workers",
      "server",
      "restart-signal",
      "cluster",
      "redis",
      "env-file",
      "doctor",
      "probe",
      "config",
      "tls",
      "monitoring",
      "runtime",
      "server.ts",
    ],
  }],
]);

/** Files directly in src/ that see everything. Only `cli` and `main.ts` may import `server.ts`; nobody imports `main.ts`. */
export const TOP_LEVEL_FILES: readonly string[] = ["main.ts", "server.ts"];

/** Packages that one folder keeps to itself, so that nothing else has to change when one is replaced. */
export const PACKAGE_HOMES: ReadonlyMap<string, string> = new Map([
  ["bun", "runtime"],
  ["hono", "http"],
  ["ioredis", "redis"],
  ["php-parser", "config"],
  ["php-serialize", "pulse"],
  ["prom-client", "monitoring"],
  ["smol-toml", "config"],
  ["valibot", "config"],
  ["commander", "cli"],
  ["uplot", "dashboard"],
]);

/**
 * Folders that may import a package besides its home. The dashboard's pages are Hono's JSX, and its routes are none of the HTTP
 * API's: an application of Hono's own, which the server is handed only when the dashboard is wanted.
 */
export const PACKAGE_GUESTS: ReadonlyMap<string, readonly string[]> = new Map([["hono", ["dashboard"]]]);

/** Global objects that only one folder may name. */
export const GLOBAL_HOMES: ReadonlyMap<string, string> = new Map([["Bun", "runtime"], ["Deno", "runtime"]]);

/** Members of the process (under whatever global they are reached) that only one folder or top-level file may use. */
export const PROCESS_MEMBER_HOMES: ReadonlyMap<string, string> = new Map([["env", "config"], [
  "exit",
  "main.ts",
]]);

/** Names that say nothing about what is inside; not allowed as a file's or folder's name, nor as its last word. */
export const EMPTY_NAMES: readonly string[] = "util utils helper helpers common types manager managers".split(
  " ",
);
