import { describe, expect, test } from "bun:test";
import type { Config } from "../../../src/config/config.ts";
import { checkApi } from "../../../src/doctor/check-api.ts";
import { checkCertificate } from "../../../src/doctor/check-certificate.ts";
import { checkClock } from "../../../src/doctor/check-clock.ts";
import type { CheckLevel, CheckLine } from "../../../src/doctor/check-line.ts";
import { checkLocalPorts, parsePortRange } from "../../../src/doctor/check-local-ports.ts";
import { checkOpenFiles } from "../../../src/doctor/check-open-files.ts";
import { allowedOrigin, checkWebSocket } from "../../../src/doctor/check-websocket.ts";
import type { SeenCertificate } from "../../../src/doctor/probe/seen-certificate.ts";
import type { WebSocketGreeting } from "../../../src/doctor/probe/websocket-greeting.ts";
import { applicationConfig } from "../../support/fake-hub.ts";

const NOW = Date.parse("2025-06-02T10:00:00Z");

/** A line that is not ok MUST have a remedy, and one that is ok MUST NOT. */
function says(line: CheckLine, level: CheckLevel, found: string | RegExp, remedy?: string | RegExp): void {
  expect(line.level).toBe(level);
  expect(line.found).toMatch(found);
  if (level !== "skipped") expect(line.remedy === undefined).toBe(level === "ok");
  if (remedy !== undefined) expect(line.remedy).toMatch(remedy);
}

describe("open files", () => {
  test.each<[number | undefined, (number | undefined)[], CheckLevel, string]>([
    [20_000, [undefined], "ok", "20000 files may be open, enough for 19872 connections"],
    [1024, [undefined], "warning", "1024 files may be open, enough for 896 connections"],
    [1024, [100], "ok", "enough for 896 connections"],
    [1024, [500, 397], "warning", "and max_connections allows 897"],
    [20_000, [undefined, 30_000], "warning", "and max_connections allows 30000"],
    [64, [1], "warning", "enough for 0 connections"],
    [Infinity, [undefined], "ok", "there is no limit of open files"],
    [undefined, [undefined], "skipped", "this system does not show the limit of open files"],
  ])("a limit of %p with quotas %j is %s", (server, quotas, level, found) => {
    const applications = quotas.map((maxConnections) => ({ maxConnections }));
    says(checkOpenFiles({ server, shell: server }, true, applications), level, found);
  });

  test("the limit of this shell says nothing about a server that runs, and all about one that it starts", () => {
    const limits = { server: undefined, shell: 20_000 };
    says(checkOpenFiles(limits, true, []), "skipped", "was not found");
    says(checkOpenFiles(limits, false, []), "ok", "20000 files may be open in a server that is started from");
  });

  test("the remedy names a number that is enough", () => {
    const quota = [{ maxConnections: 10_000 }];
    const lineOf = (server: number): CheckLine => checkOpenFiles({ server, shell: 64 }, true, quota);
    const files = Number(/LimitNOFILE=(\d+)/.exec(lineOf(1024).remedy ?? "")?.[1]);
    says(lineOf(files), "ok", "enough for 10000 connections");
  });
});

describe("local ports", () => {
  const config = (port: number, maxConnections?: number): Config =>
    ({ server: { port }, applications: [applicationConfig({ maxConnections })] }) as unknown as Config;
  const range = parsePortRange("32768\t60999\n");

  test("a listening port among those of outgoing connections may be taken", () => {
    says(checkLocalPorts(range, config(40_000)), "warning", "port 40000 is among them", "below 32768");
  });
  test("more connections than ports do not come through a proxy", () => {
    says(
      checkLocalPorts(range, config(8080, 30_000)),
      "warning",
      "28232 connections, and max_connections allows 30000",
    );
  });
  test("fewer are ok, and where the system shows no range nothing is checked", () => {
    says(checkLocalPorts(range, config(8080, 28_232)), "ok", "32768 to 60999");
    says(checkLocalPorts(parsePortRange("?"), config(8080)), "skipped", "does not show");
  });
});

describe("the clock", () => {
  test.each<[string | undefined, CheckLevel, string]>([
    ["Mon, 02 Jun 2025 10:00:05 GMT", "ok", "agree"],
    ["Mon, 02 Jun 2025 10:01:00 GMT", "warning", "60 s behind that of ws.example"],
    ["Mon, 02 Jun 2025 09:59:00 GMT", "warning", "60 s ahead of that of ws.example"],
    ["Mon, 02 Jun 2025 09:50:00 GMT", "error", "API calls are refused from 600 s on"],
    ["soon", "skipped", "no answer came"],
    [undefined, "skipped", "no answer came"],
  ])("against %p is %s", (date, level, found) => {
    says(checkClock(date, NOW, "ws.example"), level, found);
  });
});

describe("the certificate", () => {
  const good = {
    problem: undefined,
    names: "ws.example",
    issuer: "Let's Encrypt",
    validUntil: NOW + 80 * 86_400_000,
  };
  test.each<[string, Partial<SeenCertificate>, CheckLevel, string, string | undefined]>([
    ["ws.example", {}, "ok", "valid until 2025-08-21 (80 days)", undefined],
    ["ws.example", { validUntil: NOW + 86_400_000 }, "warning", "in 1 days", "Renew it"],
    [
      "ws.example",
      { validUntil: NOW - 1, problem: "CERT_HAS_EXPIRED" },
      "error",
      "has expired on 2025-06-02",
      "Renew it",
    ],
    ["other.example", { problem: "HOSTNAME_MISMATCH" }, "error", "is not for other.example", "REVERB_HOST"],
    ["ws.example", { problem: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }, "error", "no authority", "fullchain.pem"],
    ["ws.example", { problem: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "error", "no authority", "Let's Encrypt"],
    [
      "laravel.test",
      { problem: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
      "warning",
      "no authority",
      "Herd and Valet",
    ],
    ["ws.example", { problem: "CERT_NOT_YET_VALID" }, "error", "not valid yet", "clock"],
    ["ws.example", { problem: "CERT_REVOKED" }, "error", "CERT_REVOKED", undefined],
  ])("for %s with %j is %s", (host, differs, level, found, remedy) => {
    says(checkCertificate({ ...good, ...differs }, host, NOW), level, found, remedy);
  });
});

describe("the API's answer", () => {
  const answer = (status: number, body: string, headers: Record<string, string> = {}): CheckLine =>
    checkApi(
      "public /apps",
      { status, body, headers: new Map(Object.entries(headers)) },
      "https://ws.example/apps",
      "7",
    );
  test("is ours when it lists channels", () => {
    says(answer(200, '{"channels":{}}'), "ok", "accepts calls signed by application 7");
  });
  test("with 401 or 404 of ours means another configuration", () => {
    says(
      answer(401, "Authentication signature invalid."),
      "error",
      "the secret or the key is another there",
      "resound reload",
    );
    says(
      answer(404, "No matching application for ID [7]."),
      "error",
      "does not know application 7",
      "resound reload",
    );
  });
  test("of another server names it and the remedy", () => {
    says(
      answer(404, "<html>", { server: "nginx" }),
      "error",
      "404 by nginx and not by this server",
      "both /app and /apps",
    );
    says(answer(200, "<html>"), "error", "not by this server", "here /apps goes elsewhere");
    says(
      answer(502, "", { server: "nginx" }),
      "error",
      "the proxy does not reach the server",
      "Start the server",
    );
    says(
      answer(301, "", { location: "https://x.example/y?auth_key=k" }),
      "error",
      /redirects to https:\/\/x\.example\/y$/,
      "REVERB_SCHEME",
    );
  });
  test("cannot write into the terminal", () => {
    const line = answer(404, "", { server: "\x1b[31mred" });
    // deno-lint-ignore no-control-regex
    expect(line.found).not.toMatch(/\x1b/);
  });
});

describe("the WebSocket's greeting", () => {
  const line = (greeting: WebSocketGreeting): CheckLine =>
    checkWebSocket(greeting, "wss://ws.example/app", "7");
  const error = (code: number): WebSocketGreeting => ({
    kind: "frame",
    text: `{"event":"pusher:error","data":"{\\"code\\":${code},\\"message\\":\\"x\\"}"}`,
  });
  test("is ours when it establishes a connection", () => {
    const text = '{"event":"pusher:connection_established","data":"{}"}';
    says(line({ kind: "frame", text }), "ok", "connects clients of application 7");
  });
  test("that is an error names its reason", () => {
    says(line(error(4001)), "error", "does not know the key of application 7", "resound reload");
    says(line(error(4004)), "warning", "is full", "max_connections");
    says(line(error(4009)), "warning", "refuses the origin", "allowed_origins");
    says(line({ kind: "frame", text: "hello" }), "error", "something other than this server");
    says(line({ kind: "closed", code: 1011, reason: "" }), "error", "closed at once (1011)");
  });
  test("without an upgrade is the proxy's doing", () => {
    const headers = new Map<string, string>();
    says(
      line({ kind: "answered", status: 426, headers }),
      "error",
      "without its upgrade",
      "proxy_set_header Upgrade",
    );
    says(
      line({ kind: "answered", status: 404, headers }),
      "error",
      "not by this server",
      "here /app goes elsewhere",
    );
    says(line({ kind: "answered", status: 504, headers }), "error", "does not reach the server");
  });
});

test.each([
  [["*"], "http://localhost:8080"],
  [[], "http://localhost:8080"],
  [["a.example"], "https://a.example"],
  [["*.example"], "https://www.example"],
  [["http://*.a.example:81"], "http://www.a.example:81"],
])("with the allowed origins %j, %s is tried", (patterns, origin) => {
  expect(allowedOrigin(patterns, "http://localhost:8080")).toBe(origin);
});
