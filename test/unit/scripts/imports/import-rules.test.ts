import { beforeAll, expect, test } from "bun:test";
import { FOLDER_RULES } from "../../../../scripts/imports/rules.ts";
import { findCycles } from "../../../../scripts/imports/find-cycles.ts";
import { type Finding, runLintPlugin, type SourceFiles } from "../../../support/lint-plugin.ts";

const asked: SourceFiles[] = [];
let answers: readonly (readonly Finding[])[] = [];

beforeAll(async () => {
  answers = await runLintPlugin(asked);
});

/** A test of what the lint plugin finds in each of some groups of files: `path:line message`. */
function finds(title: string, ...cases: readonly (readonly [SourceFiles, readonly string[]])[]): void {
  const first = asked.length;
  asked.push(...cases.map(([files]) => files));
  test(title, () => {
    const found = answers.slice(first, first + cases.length)
      .map((findings) => findings.map(({ path, line, message }) => `${path}:${line} ${message}`));
    expect(found).toEqual(cases.map(([, findings]) => [...findings]));
  });
}

finds("a tree that keeps the rules has no findings", [{
  "src/main.ts": `#!/usr/bin/env bun\nimport { start } from "./cli/start.ts";\nprocess.exit(await start());`,
  "src/server.ts":
    `import { app } from "./http/app.ts";\nimport "./websocket/endpoint.ts";\nexport const a = app;`,
  "src/cli/start.ts":
    `import { Command } from "commander";\nimport { serve } from "../process/serve.ts";\nexport const start = () => [Command, serve];`,
  "src/process/serve.ts":
    `import { a } from "../server.ts";\nimport pkg from "../../package.json" with { type: "json" };\nexport const serve = [a, pkg];`,
  "src/http/app.ts":
    `import { Hono } from "hono/tiny";\nimport type { Socket } from "../hub/connections/socket.ts";\nexport const app = new Hono();`,
  "src/websocket/endpoint.ts": `import { list } from "../hub/users/watchlist.ts";\nlist();`,
  "src/hub/users/watchlist.ts":
    `import { Channel } from "../channels/channel.ts";\nexport const list = () => Channel;`,
  "src/hub/channels/channel.ts":
    `import { count } from "../../monitoring/counters.ts";\nexport class Channel { n = count; }`,
  "src/monitoring/counters.ts":
    `import { name } from "../protocol/channel-name.ts";\nexport const count = name;`,
  "src/protocol/channel-name.ts": `export const name = 1;`,
  "src/php/table.ts": `export const table = () => require("./table.json");`,
  "src/hub/connections/socket.ts": `export interface Socket { send(frame: string): void }`,
  "src/runtime/runtime.ts": `import { serve } from "bun";\nexport const r = [serve, Bun.version, Deno.pid];`,
  "src/config/environment.ts": `import * as v from "valibot";\nexport const e = [v, process.env];`,
  "scripts/bench/main.ts": `import { a } from "../../test/support/a.ts";\nBun.serve(a, process.env);`,
  "test/support/a.ts": `import "../../src/http/app.ts";\nprocess.exit(1);`,
}, []]);

finds(
  "a folder imports only what its row allows",
  [{
    "src/http/app.ts": "export const app = 1;",
    "src/websocket/router.ts":
      `// the router\n\nimport {\n  app,\n} from "../http/app.ts";\nexport const a = app;`,
  }, ["src/websocket/router.ts:5 imports http/app.ts: websocket may not import http"]],
  [{ "src/http/app.ts": `import "../websocket/router.ts";` }, [
    "src/http/app.ts:1 imports websocket/router.ts: http may not import websocket",
  ]],
  [{ "src/protocol/decode.ts": `export type { C } from "../config/config.ts";\nexport const a = 1;` }, [
    "src/protocol/decode.ts:1 imports config/config.ts: protocol may not import config",
  ]],
  [{ "src/config/read.ts": `const a = await import("../monitoring/log.ts");` }, [
    "src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring",
  ]],
  [{ "src/config/read.ts": `const a = await import(\`../monitoring/log.ts\`);` }, [
    "src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring",
  ]],
  [{ "src/config/read.ts": `const a: import("../monitoring/log.ts").Log = b;` }, [
    "src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring",
  ]],
  [{ "src/config/read.ts": `export * from "../monitoring/log.ts";\nexport const a = 1;` }, [
    "src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring",
  ]],
  [{ "src/config/read.ts": `const a = require("../monitoring/log.ts");` }, [
    "src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring",
  ]],
  [{ "src/tls/find.ts": `import "../hub/applications/application.ts";` }, [
    "src/tls/find.ts:1 imports hub/applications/application.ts: tls may not import hub",
  ]],
);

finds(
  "what is below never imports what is above, types included",
  ...["hub", "cluster", "protocol", "php", "redis"].flatMap((folder) =>
    ["http", "websocket", "runtime", "cli"].map((target) =>
      [{ [`src/${folder}/a.ts`]: `import type { B } from "../${target}/b.ts";` }, [
        `src/${folder}/a.ts:1 imports ${target}/b.ts: ${folder} may not import ${target}`,
      ]] as const
    )
  ),
);

finds("only process sees server.ts, and no file sees main.ts", [
  { "src/http/app.ts": `import "../server.ts";`, "src/cli/start.ts": `import "../server.ts";` },
  [
    "src/cli/start.ts:1 imports server.ts: cli may not import server.ts",
    "src/http/app.ts:1 imports server.ts: http may not import server.ts",
  ],
], [
  { "src/server.ts": `import "./main.ts";`, "src/cli/start.ts": `import "../main.ts";` },
  [
    "src/cli/start.ts:1 imports main.ts: no file may import main.ts",
    "src/server.ts:1 imports main.ts: no file may import main.ts",
  ],
], [
  { "src/server.ts": `import "./process/serve.ts";`, "src/main.ts": `import "./server.ts";` },
  [
    "src/main.ts:1 imports server.ts: main.ts may not import server.ts",
    "src/server.ts:1 imports process/serve.ts: server.ts may not import process",
  ],
]);

finds(
  "monitoring lies below the hub, whose types it may not import either",
  ...["{ type Socket } from ", "", "type { Socket } from "].map((clause) =>
    [{ "src/monitoring/log.ts": `import ${clause}"../hub/connections/socket.ts";` }, [
      "src/monitoring/log.ts:1 imports hub/connections/socket.ts: monitoring may not import hub",
    ]] as const
  ),
);

test("no arrow goes up: a room names only rows above its own, and each of them exists", () => {
  const rows = [...FOLDER_RULES.keys()];
  for (const [room, allowed] of FOLDER_RULES) {
    expect(allowed.filter((other) => !rows.slice(0, rows.indexOf(room)).includes(other))).toEqual([]);
  }
  expect(findCycles(FOLDER_RULES)).toEqual([]);
  expect(FOLDER_RULES.size).toBeLessThanOrEqual(22);
});

finds("a folder without a row and a stray top-level file are findings", [
  { "src/plugins/a.ts": "", "src/version.ts": "", "src/constructor/a.ts": "" },
  [
    "src/constructor/a.ts:1 constructor has no row in scripts/imports/rules.ts",
    "src/plugins/a.ts:1 plugins has no row in scripts/imports/rules.ts",
    "src/version.ts:1 version.ts has no row in scripts/imports/rules.ts",
  ],
]);

const homes = {
  "bun": "runtime",
  "bun:sqlite": "runtime",
  "hono/ws": "http",
  "@hono/node-server": "http",
  "ioredis": "redis",
  "npm:ioredis": "redis",
  "php-parser": "php",
  "php-serialize": "pulse",
  "prom-client": "monitoring",
  "smol-toml": "config",
  "valibot": "config",
  "commander": "cli",
  "uplot": "dashboard",
};
finds(
  "packages stay in their folder",
  ...Object.entries(homes).flatMap(([name, home]) =>
    [
      [{ "src/tls/a.ts": `import type { A } from "${name}";` }, [
        `src/tls/a.ts:1 imports ${name}: only ${home}/ may import it`,
      ]],
      [{ [`src/${home}/a.ts`]: `import { A } from "${name}";` }, []],
    ] as const
  ),
  [{ "src/dashboard/a.ts": `import { A } from "hono/jsx";` }, []],
);

finds(
  "Bun and Deno are named only in runtime",
  [{ "src/http/a.ts": "const a = 1;\nconst b = `x ${Bun.version}`;" }, [
    "src/http/a.ts:2 uses Bun: only runtime/ may",
  ]],
  [
    { "src/server.ts": "const a: Deno.Conn = globalThis.Deno;" },
    Array(2).fill("src/server.ts:1 uses Deno: only runtime/ may"),
  ],
  [{
    "src/http/a.ts": `// Bun.serve\nconst a = "Bun.serve", b = /Bun.x"/, c = kinds.Bun; /* Deno. */`,
  }, []],
);

const env = "src/cli/a.ts:1 uses process.env: only config/ may";
finds(
  "the environment is read only in config",
  [{ "src/cli/a.ts": "const a = process.env.X;" }, [env]],
  [{ "src/cli/a.ts": "const a = process?.env;" }, [env]],
  [{ "src/cli/a.ts": `const a = process["env"];` }, [env]],
  [{ "src/cli/a.ts": "const a = globalThis.process.env;" }, [env]],
  [{ "src/cli/a.ts": "const a = import.meta.env;" }, ["src/cli/a.ts:1 uses meta.env: only config/ may"]],
  [{ "src/cli/a.ts": "const { env } = process;" }, [
    "src/cli/a.ts:1 keeps the process object: name the member that is meant",
  ]],
  [{ "src/cli/a.ts": "x = process; class A { p = process; }" }, [
    ...Array(2).fill("src/cli/a.ts:1 keeps the process object: name the member that is meant"),
  ]],
  [{ "src/cli/a.ts": `import { argv, env } from "node:process";` }, [
    "src/cli/a.ts:1 imports env of node:process: only config/ may",
  ]],
  [{ "src/runtime/bun.ts": "const a = Bun.env;" }, ["src/runtime/bun.ts:1 uses Bun.env: only config/ may"]],
);

finds(
  "only main.ts ends the process",
  [{ "src/cli/a.ts": "process.exit(1);" }, ["src/cli/a.ts:1 uses process.exit: only main.ts may"]],
  [{ "src/cli/a.ts": `import { exit } from "process";` }, [
    "src/cli/a.ts:1 imports exit of process: only main.ts may",
  ]],
  [{
    "src/cli/a.ts": "process.exitCode = 1; process.on('exit', f);",
    "src/main.ts": "process.exit()",
  }, []],
);

const barrel = "only re-exports: import from the files themselves";
finds(
  "barrels are findings",
  [{ "src/http/a.ts": `/** All. */\nexport * from "./b.ts";\nexport type { C } from "./c.ts";` }, [
    `src/http/a.ts:2 ${barrel}`,
  ]],
  [{ "src/http/a.ts": `import { b } from "./b.ts";\nexport { b };` }, [`src/http/a.ts:2 ${barrel}`]],
  [{ "src/http/a.ts": `export { b } from "./b.ts";\nexport const c = 1;` }, []],
  [{ "src/http/a.ts": `import "./b.ts";` }, []],
);

const expression = "imports an expression: the module's name must be a literal";
finds(
  "relative imports name a .ts file inside src",
  [{ "src/http/a.ts": `import { b } from "./b";` }, [
    "src/http/a.ts:1 imports ./b: relative imports end with .ts",
  ]],
  [{ "src/http/a.ts": `import { b } from "./b.js";` }, [
    "src/http/a.ts:1 imports ./b.js: relative imports end with .ts",
  ]],
  [{ "src/http/a.ts": `import { b } from "../../test/support/b.ts";` }, [
    "src/http/a.ts:1 imports test/support/b.ts: it lies outside src/",
  ]],
  [{ "src/http/a.ts": `import { b } from "#http/b.ts";` }, [
    "src/http/a.ts:1 imports #http/b.ts: use a relative path or a package's name",
  ]],
  [{ "src/http/a.ts": `const b = await import("./" + name);` }, [`src/http/a.ts:1 ${expression}`]],
  [{ "src/http/a.ts": "const b = await import(name);" }, [`src/http/a.ts:1 ${expression}`]],
  [{ "src/http/a.ts": "const b = await import(`./${name}.ts`);" }, [`src/http/a.ts:1 ${expression}`]],
  [{ "src/http/a.ts": `import page from "./page.html" with { type: "text" };` }, []],
  [{ "scripts/a.ts": `import { b } from "./b";`, "test/unit/a.ts": `import { b } from "/b.ts";` }, [
    "scripts/a.ts:1 imports ./b: relative imports end with .ts",
    "test/unit/a.ts:1 imports /b.ts: use a relative path or a package's name",
  ]],
);

finds("what only looks like an import is none", [{
  "src/http/a.ts":
    `class A { import(x: X): void {} async require(x: X) {} }\nconst a = { import: "../cli/b.ts" }; a.import(x); const u = import.meta.url;`,
}, []]);

finds(
  "names are kebab-case and say something",
  [{ "src/http/bodyParser.ts": "" }, ["src/http/bodyParser.ts:1 bodyParser.ts is not kebab-case"]],
  [{ "src/http/Errors/a.ts": "" }, ["src/http/Errors/a.ts:1 Errors is not kebab-case"]],
  [{ "src/http/utils/a.ts": "" }, [`src/http/utils/a.ts:1 "utils" says nothing about what is inside`]],
  ...["helpers", "common", "types", "manager", "connection-manager", "string-utils"].map((name) =>
    [{ [`src/http/${name}.ts`]: "" }, [
      `src/http/${name}.ts:1 "${name.split("-").at(-1)}" says nothing about what is inside`,
    ]] as const
  ),
  [{ "scripts/helpers.ts": "", "test/unit/http/Body.ts": "" }, [
    `scripts/helpers.ts:1 "helpers" says nothing about what is inside`,
    "test/unit/http/Body.ts:1 Body.ts is not kebab-case",
  ]],
  [{ "src/http/content-types-table.ts": "", "src/http/uncommon.ts": "" }, []],
);
