import { expect, test } from "bun:test";
import { checkImports } from "../../../scripts/check-imports.ts";

function check(files: Record<string, string>): readonly string[] {
  return checkImports(new Map(Object.entries(files)));
}

test("a tree that keeps the rules has no findings", () => {
  expect(check({
    "src/main.ts":
      `#!/usr/bin/env bun\nimport { start } from "./cli/start.ts";\nprocess.exit(await start());`,
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
    "src/hub/connections/socket.ts": `export interface Socket { send(frame: string): void }`,
    "src/runtime/runtime.ts":
      `import { serve } from "bun";\nexport const r = [serve, Bun.version, Deno.pid];`,
    "src/config/environment.ts": `import * as v from "valibot";\nexport const e = [v, process.env];`,
  })).toEqual([]);
});

test("a folder imports only what its row allows", () => {
  expect(check({
    "src/http/app.ts": "export const app = 1;",
    "src/websocket/router.ts":
      `// the router\n\nimport {\n  app,\n} from "../http/app.ts";\nexport const a = app;`,
  })).toEqual(["src/websocket/router.ts:5 imports http/app.ts: websocket may not import http"]);
  expect(check({ "src/http/app.ts": `import "../websocket/router.ts";` }))
    .toEqual(["src/http/app.ts:1 imports websocket/router.ts: http may not import websocket"]);
  expect(
    check({ "src/protocol/decode.ts": `export type { C } from "../config/config.ts";\nexport const a = 1;` }),
  )
    .toEqual(["src/protocol/decode.ts:1 imports config/config.ts: protocol may not import config"]);
  expect(check({ "src/config/read.ts": `const a = await import("../monitoring/log.ts");` }))
    .toEqual(["src/config/read.ts:1 imports monitoring/log.ts: config may not import monitoring"]);
  expect(check({ "src/tls/find.ts": `import "../hub/applications/application.ts";` })).toHaveLength(1);
  for (const folder of ["hub", "cluster", "protocol", "php", "redis"]) {
    for (const target of ["http", "websocket", "runtime", "cli"]) {
      expect(check({ [`src/${folder}/a.ts`]: `import type { B } from "../${target}/b.ts";` }))
        .toEqual([`src/${folder}/a.ts:1 imports ${target}/b.ts: ${folder} may not import ${target}`]);
    }
  }
});

test("only main.ts and process see server.ts, and no file sees main.ts", () => {
  expect(check({ "src/http/app.ts": `import "../server.ts";` }))
    .toEqual(["src/http/app.ts:1 imports server.ts: http may not import server.ts"]);
  expect(check({ "src/server.ts": `import "./main.ts";`, "src/cli/start.ts": `import "../main.ts";` }))
    .toEqual([
      "src/cli/start.ts:1 imports main.ts: nobody may import main.ts",
      "src/server.ts:1 imports main.ts: nobody may import main.ts",
    ]);
});

test("monitoring lies below the hub, whose types it may not import either", () => {
  const finding = "src/monitoring/log.ts:1 imports hub/connections/socket.ts: monitoring may not import hub";
  expect(check({ "src/monitoring/log.ts": `import { type Socket } from "../hub/connections/socket.ts";` }))
    .toEqual([finding]);
  expect(check({ "src/monitoring/log.ts": `import "../hub/connections/socket.ts";` })).toEqual([finding]);
  expect(check({ "src/monitoring/log.ts": `import type { Socket } from "../hub/connections/socket.ts";` }))
    .toEqual([finding]);
});

test("a folder without a row and a stray top-level file are findings", () => {
  expect(check({ "src/plugins/a.ts": "", "src/version.ts": "", "src/constructor/a.ts": "" })).toEqual([
    "src/constructor/a.ts: constructor has no row in scripts/imports/rules.ts",
    "src/plugins/a.ts: plugins has no row in scripts/imports/rules.ts",
    "src/version.ts: version.ts has no row in scripts/imports/rules.ts",
  ]);
});

test("packages stay in their folder", () => {
  const homes = {
    "bun": "runtime",
    "bun:sqlite": "runtime",
    "hono/ws": "http",
    "@hono/node-server": "http",
    "ioredis": "redis",
    "php-parser": "php",
    "smol-toml": "config",
    "valibot": "config",
    "commander": "cli",
  };
  for (const [name, home] of Object.entries(homes)) {
    expect(check({ "src/tls/a.ts": `import type { A } from "${name}";` }))
      .toEqual([`src/tls/a.ts:1 imports ${name}: only ${home}/ may import it`]);
    expect(check({ [`src/${home}/a.ts`]: `import { A } from "${name}";` })).toEqual([]);
  }
});

test("Bun and Deno are named only in runtime", () => {
  expect(check({ "src/http/a.ts": "const a = 1;\nconst b = `x ${Bun.version}`;" }))
    .toEqual(["src/http/a.ts:2 uses Bun: only runtime/ may"]);
  expect(check({ "src/server.ts": "const a: Deno.Conn = globalThis.Deno;" }))
    .toEqual(Array(2).fill("src/server.ts:1 uses Deno: only runtime/ may"));
  expect(
    check({
      "src/http/a.ts": `// Bun.serve\nconst a = "Bun.serve", b = /Bun.x"/, c = kinds.Bun; /* Deno. */`,
    }),
  )
    .toEqual([]);
});

test("the environment is read only in config", () => {
  const finding = "src/cli/a.ts:1 uses process.env: only config/ may";
  expect(check({ "src/cli/a.ts": "const a = process.env.X;" })).toEqual([finding]);
  expect(check({ "src/cli/a.ts": "const a = process?.env;" })).toEqual([finding]);
  expect(check({ "src/cli/a.ts": `const a = process["env"];` })).toEqual([finding]);
  expect(check({ "src/cli/a.ts": "const a = import.meta.env;" }))
    .toEqual(["src/cli/a.ts:1 uses meta.env: only config/ may"]);
  expect(check({ "src/cli/a.ts": "const { env } = process;" }))
    .toEqual(["src/cli/a.ts:1 keeps the process object: name the member that is meant"]);
  expect(check({ "src/cli/a.ts": `import { argv, env } from "node:process";` }))
    .toEqual(["src/cli/a.ts:1 imports env of node:process: only config/ may"]);
  expect(check({ "src/runtime/bun.ts": "const a = Bun.env;" }))
    .toEqual(["src/runtime/bun.ts:1 uses Bun.env: only config/ may"]);
});

test("only main.ts ends the process", () => {
  expect(check({ "src/cli/a.ts": "process.exit(1);" }))
    .toEqual(["src/cli/a.ts:1 uses process.exit: only main.ts may"]);
  expect(check({ "src/cli/a.ts": `import { exit } from "process";` }))
    .toEqual(["src/cli/a.ts:1 imports exit of process: only main.ts may"]);
  expect(
    check({
      "src/cli/a.ts": "process.exitCode = 1; process.on('exit', f);",
      "src/main.ts": "process.exit()",
    }),
  )
    .toEqual([]);
});

test("import cycles are findings, types included", () => {
  expect(check({
    "src/hub/channels/a.ts": `import { b } from "./b.ts"; export const a = b;`,
    "src/hub/channels/b.ts": `export { c as b } from "../users/c.ts"; export const x = 1;`,
    "src/hub/users/c.ts": `import type { a } from "../channels/a.ts"; export const c = 1;`,
  })).toEqual([
    "src/hub/channels/a.ts: import cycle hub/channels/a.ts -> hub/channels/b.ts -> hub/users/c.ts -> hub/channels/a.ts",
  ]);
  expect(check({ "src/http/a.ts": `import "./a.ts";` }))
    .toEqual(["src/http/a.ts: import cycle http/a.ts -> http/a.ts"]);
});

test("barrels are findings", () => {
  const finding = "src/http/a.ts: only re-exports: import from the files themselves";
  expect(check({ "src/http/a.ts": `/** All. */\nexport * from "./b.ts";\nexport type { C } from "./c.ts";` }))
    .toEqual([finding]);
  expect(check({ "src/http/a.ts": `import { b } from "./b.ts";\nexport { b };` })).toEqual([finding]);
  expect(check({ "src/http/a.ts": `export { b } from "./b.ts";\nexport const c = 1;` })).toEqual([]);
});

test("relative imports name a .ts file inside src", () => {
  expect(check({ "src/http/a.ts": `import { b } from "./b";` }))
    .toEqual(["src/http/a.ts:1 imports ./b: relative imports end with .ts"]);
  expect(check({ "src/http/a.ts": `import { b } from "./b.js";` })).toHaveLength(1);
  expect(check({ "src/http/a.ts": `import { b } from "../../test/support/b.ts";` }))
    .toEqual(["src/http/a.ts:1 imports test/support/b.ts: it lies outside src/"]);
  expect(check({ "src/http/a.ts": `import { b } from "#http/b.ts";` }))
    .toEqual(["src/http/a.ts:1 imports #http/b.ts: use a relative path or a package's name"]);
  expect(check({ "src/http/a.ts": `const b = await import("./" + name);` })).toHaveLength(1);
  expect(check({ "src/http/a.ts": "const b = await import(name);" }))
    .toEqual(["src/http/a.ts:1 imports an expression: the module's name must be a literal"]);
  expect(check({ "src/http/a.ts": `import page from "./page.html" with { type: "text" };` })).toEqual([]);
});

test("what only looks like an import is none", () => {
  expect(check({
    "src/http/a.ts":
      `class A { import(x: X): void {} async require(x: X) {} }\nconst a = { import: "../cli/b.ts" }; a.import(x); const u = import.meta.url;`,
  })).toEqual([]);
});

test("names are kebab-case and say something", () => {
  expect(check({ "src/http/bodyParser.ts": "" })).toEqual([
    "src/http/bodyParser.ts: bodyParser.ts is not kebab-case",
  ]);
  expect(check({ "src/http/Errors/a.ts": "" })).toEqual(["src/http/Errors/a.ts: Errors is not kebab-case"]);
  expect(check({ "src/http/utils/a.ts": "" }))
    .toEqual([`src/http/utils/a.ts: "utils" says nothing about what is inside`]);
  for (const name of ["helpers", "common", "types", "manager", "connection-manager", "string-utils"]) {
    expect(check({ [`src/http/${name}.ts`]: "" })).toHaveLength(1);
  }
  expect(check({ "src/http/content-types-table.ts": "", "src/http/uncommon.ts": "" })).toEqual([]);
});
