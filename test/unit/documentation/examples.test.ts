import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORMS } from "../../../scripts/build/platforms.ts";
import { OriginPolicy } from "../../../src/hub/applications/origin-policy.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";
import { ROOT } from "../../support/server-target.ts";
import { credentials, load } from "../config/memory-files.ts";

const page = new MarkdownPage("docs/configuration.md");
const examples = [
  ...readFileSync(join(ROOT, page.path), "utf8").matchAll(/^```php\n\/\/ config\/reverb\.php\n(.*?)^```$/gms),
].map(([, code]) => `<?php return [\n${code}];`);

describe("the examples of docs/configuration.md are read as the page says", () => {
  test("allowed_origins", () => {
    const { applications: [application] } = load({
      env: credentials,
      contents: { "config/reverb.php": examples[0]! },
    });
    const origins = new OriginPolicy(application!.allowedOrigins);
    const allowed = [
      "https://shop.example",
      "http://shop.example:8000",
      "https://eu.shop.example",
      "https://admin.example",
      "http://localhost:5173",
    ];
    const refused = ["http://admin.example", "http://localhost:3000", "https://other.example", null];
    expect([...allowed, ...refused].filter((origin) => origins.allows(origin))).toEqual(allowed);
  });

  test("several applications in config/reverb.php", () => {
    const { applications } = load({
      env: { ONE_KEY: "1", ONE_SECRET: "s1", TWO_KEY: "2", TWO_SECRET: "s2" },
      contents: { "config/reverb.php": examples[1]! },
    });
    expect(applications.map(({ id, key, maxConnections }) => [id, key, maxConnections])).toEqual([
      ["one", "1", undefined],
      ["two", "2", 500],
    ]);
  });

  test("resound.toml", () => {
    const { server, applications, warnings } = load({
      contents: { "resound.toml": page.code("toml", "[server]") },
    });
    expect(server.port).toBe(8080);
    expect(applications.map(({ id, allowedOrigins, maxConnections }) => [id, allowedOrigins, maxConnections]))
      .toEqual([["one", ["one.example", "*.one.example"], undefined], ["two", ["*"], 500]]);
    expect(warnings).toEqual([]);
  });

  test("there is no example that is not read here", () => {
    expect(examples.length).toBe(2);
  });
});

test("docs/dashboard.md shows what the packaged site of nginx has for the dashboard", () => {
  const packaged = readFileSync(join(ROOT, "scripts/packaging/nginx.conf"), "utf8");
  const lines = (text: string): string[] =>
    text.split("\n").map((line) => line.replace(/^ *#/, "").replace(/;.*/, ";").trim()).toSorted();
  const [commented] = /^ *#location[^]*?^ *#}$/m.exec(packaged) ?? [];
  const shown = new MarkdownPage("docs/dashboard.md").code("nginx", "location ^~ /dashboard").trimEnd();
  expect(lines(shown)).toEqual(lines(commented!));
});

test("docs/web-server.md shows what the packaged site of nginx has", () => {
  const packaged = readFileSync(join(ROOT, "scripts/packaging/nginx.conf"), "utf8");
  const [, location] = /location ~ [^{]*\{\n(.*?)\}/s.exec(
    new MarkdownPage("docs/web-server.md").code("nginx", "map $http_upgrade"),
  ) ?? [];
  const lines = location!.split("\n").map((line) => line.replace(/;.*/, ";").trim()).filter((line) =>
    line !== ""
  );
  expect(lines.length).toBeGreaterThan(5);
  const guard = (text: string): string | undefined => /if \(\$request_uri .*/.exec(text)?.[0];
  expect(guard(new MarkdownPage("docs/web-server.md").code("nginx", "map $http_upgrade"))).toBe(
    guard(packaged),
  );
  // The packaged site names the server in an upstream.
  expect(lines.filter((line) => !packaged.includes(line))).toEqual(["proxy_pass http://127.0.0.1:8080;"]);
});

test("docs/installation.md names the platforms that `bun run build --all` makes", () => {
  const rows = [
    ...readFileSync(join(ROOT, "docs/installation.md"), "utf8").matchAll(
      /^\| (Linux|macOS|Windows) +\|(.*)\|$/gm,
    ),
  ];
  const systems = new Map(rows.map(([, system, processors]) => [system!, processors!]));
  for (const { name } of PLATFORMS) {
    const system = name.includes("linux") ? "Linux" : name.includes("darwin") ? "macOS" : "Windows";
    for (const word of ["x64", "arm64", "musl"].filter((word) => name.includes(word))) {
      expect([name, systems.get(system)]).toEqual([name, expect.stringContaining(word)]);
    }
  }
});
