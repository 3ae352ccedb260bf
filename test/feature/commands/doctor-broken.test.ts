import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { on, runDoctor } from "../../support/doctor-report.ts";
import { freePort } from "../../support/free-port.ts";
import { startHalfProxy } from "../../support/half-proxy.ts";
import { startProxy } from "../../support/proxy-process.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { runResound } from "../../support/run-resound.ts";
import { serverCommand, serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { useServer } from "../../support/use-server.ts";

// Set-ups that are broken in one way each, for which the doctor has to name this way.

const server = useServer();
const scaling = { REVERB_SCALING_ENABLED: "true" };

const isRoot = process.getuid?.() === 0;
const cannotClose = skipWhen(
  process.platform === "win32" || (isRoot && Bun.which("setpriv") === null),
  "a Unix socket that is closed to the user: root needs setpriv",
);

/** Closes a Unix socket to the user of this test. */
function closeSocket(path: string): void {
  if (isRoot) chownSync(path, 65_534, 65_534);
  chmodSync(path, isRoot ? 0o600 : 0o000);
}

/** The target's command, as a user to whom the mode of a file applies: root without the right to use all files. */
function asPlainUser(): string[] {
  const rights = "-dac_override,-dac_read_search";
  const drop = isRoot ? ["setpriv", `--bounding-set=${rights}`, `--inh-caps=${rights}`] : [];
  return [...drop, ...serverCommand(serverTarget())];
}

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("Redis", () => {
  const redisLines = async (
    env: Readonly<Record<string, string>>,
    command?: readonly string[],
  ): Promise<string[]> => {
    const run = { port: server.port, publicPort: server.port, env: { ...scaling, ...env } };
    const result = await runDoctor({ ...run, ...(command === undefined ? {} : { command }) });
    expect(result.code).toBe(1);
    return on("redis", result);
  };

  test("a user who may run no scripts is an error", async () => {
    await using redis = await startRedis({ users: ["user bare on >pw ~* &* +@all -@scripting"] });
    expect(await redisLines({ ...redis.env, REDIS_USERNAME: "bare", REDIS_PASSWORD: "pw" })).toEqual([
      expect.stringMatching(/^error: .* runs no scripts on resound:.*: NOPERM .*eval.*docs\/scaling\.md/),
    ]);
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("a user who may run scripts by EVAL alone is an error", async () => {
    await using redis = await startRedis({ users: ["user bare on >pw ~* &* +@all -evalsha"] });
    expect(await redisLines({ ...redis.env, REDIS_USERNAME: "bare", REDIS_PASSWORD: "pw" })).toEqual([
      expect.stringMatching(/^error: .* runs no scripts on resound:.*: NOPERM .*evalsha/),
    ]);
  });

  test("a user who may not run all that scripts do is an error", async () => {
    await using redis = await startRedis({ users: ["user bare on >pw ~* &* +@all -hset -zrange"] });
    expect(await redisLines({ ...redis.env, REDIS_USERNAME: "bare", REDIS_PASSWORD: "pw" })).toEqual([
      expect.stringMatching(/^error: .* lets this user not run HSET, ZRANGE on resound:.*docs\/scaling\.md/),
    ]);
    expect(await redis.command("DBSIZE")).toBe(0);
  });

  test("a database that is out of range names REDIS_DB", async () => {
    await using redis = await startRedis();
    expect(await redisLines({ ...redis.env, REDIS_DB: "99" })).toEqual([
      `error: 127.0.0.1:${redis.port}, database 99 cannot be used: ERR DB index is out of range. ` +
      "Set REDIS_DB, or the number at the end of REDIS_URL, to one below `databases` of Redis (0 to 15 unless it is " +
      "configured otherwise).",
    ]);
  });

  test("another program on the port is no Redis", async () => {
    const web = createServer((_, response) => response.end("hello"));
    await new Promise<void>((listening) => web.listen(0, "127.0.0.1", listening));
    const address = web.address(), port = typeof address === "object" ? address?.port : undefined;
    try {
      expect(await redisLines({ REDIS_HOST: "127.0.0.1", REDIS_PORT: String(port) })).toEqual([
        `error: 127.0.0.1:${port} cannot be used: what listens there does not speak Redis's protocol. ` +
        "Set REDIS_PORT, or the port of REDIS_URL, to that of Redis (6379 unless it is configured otherwise).",
      ]);
    } finally {
      await new Promise((closed) => web.close(closed));
    }
  });

  test.skipIf(cannotClose)("a Unix socket that the user may not write to names its mode", async () => {
    await using redis = await startRedis({ unixSocket: true });
    const socket = redis.socket ?? "";
    closeSocket(socket);
    expect(await redisLines({ REDIS_HOST: socket }, asPlainUser())).toEqual([
      expect.stringMatching(
        /^error: .*redis\.sock cannot be used: .*EACCES.*\. Let the server's user write to /,
      ),
    ]);
  });
});

test.skipIf(cannotClose)("a Unix socket that the user may not write to is no other program", async () => {
  const directory = temporaryDirectory(), socket = join(directory, "resound.sock");
  await using unix = await startServer({
    directory,
    args: ["--host", `unix:${socket}`],
    startLine: /unix:/,
  });
  closeSocket(socket);
  const run = { port: 0, publicPort: server.port, args: ["--host", `unix:${socket}`] };
  const result = await runDoctor({ ...run, command: asPlainUser() });
  const remedy =
    "Run this as the server's user or its group; REVERB_SOCKET_MODE says who may use the socket.";
  expect(result.code).toBe(1);
  expect(on("port", result)).toEqual([
    `error: this user may not use unix:${socket} /up (permission denied). ${remedy}`,
  ]);
  expect(on("api", result)).toEqual([
    `warning: no call was made: this user may not use the server's socket. ${remedy}`,
  ]);
  chmodSync(socket, 0o600);
  expect(unix.pid).toBeGreaterThan(0);
});

test.skipIf(skipWhen(Bun.which("nginx") === null, "nginx is not installed"))(
  "a password that nginx asks for is not a wrong secret",
  async () => {
    const directory = temporaryDirectory(), port = await freePort();
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((kind) => `${kind}_temp_path ${directory};`).join("\n");
    writeFileSync(join(directory, "users"), "me:{PLAIN}pw\n");
    writeFileSync(
      join(directory, "nginx.conf"),
      `daemon off;\nmaster_process off;\npid ${directory}/nginx.pid;\nerror_log stderr;\nevents {}\n` +
        `http {\naccess_log off;\n${folders}\nserver {\nlisten 127.0.0.1:${port};\nauth_basic "staging";\n` +
        `auth_basic_user_file ${directory}/users;\nlocation / { proxy_pass http://127.0.0.1:${server.port}; }\n}\n}\n`,
    );
    const command = ["nginx", "-p", directory, "-e", "stderr", "-c", join(directory, "nginx.conf")];
    await using nginx = await startProxy({ command, directory, port });
    const result = await runDoctor({ port: server.port, publicPort: nginx.port });
    expect(result.code).toBe(1);
    for (const path of ["/apps", "/app"]) {
      expect(on(`public ${path}`, result)).toEqual([
        expect.stringMatching(
          /^error: .* is answered with 401 by nginx\S* and not by this server: a password is asked for\. Ask for none .*auth_basic off/,
        ),
      ]);
    }
  },
);

test.each([
  ["localhost/", "Laravel sends events to http://localhost/:PORT and browsers go to ws://localhost/:PORT"],
  ["http://localhost", "browsers go to ws://http://localhost:PORT"],
  [
    "https://me:pw@localhost",
    "Laravel sends events to http://••••@localhost:PORT and browsers go to ws://https://••••@localhost:PORT",
  ],
  ["localhost:PORT", "Laravel sends events to http://localhost:PORT:PORT and browsers go to"],
])("REVERB_HOST=%s is an error, although the server finds the host name in it", async (written, clients) => {
  const port = String(server.port), REVERB_HOST = written.replaceAll("PORT", port);
  const result = await runDoctor({ port: server.port, publicPort: server.port, env: { REVERB_HOST } });
  expect(result.code).toBe(1);
  const [line, ...others] = on("public", result);
  expect(line).toStartWith("error: environment variable REVERB_HOST: expected a host name alone, got ");
  expect(line).toContain(`with which ${clients.replaceAll("PORT", port)}`);
  expect(line).toContain("Set REVERB_HOST=localhost");
  expect(line).not.toContain("pw");
  expect(others).toEqual([`ok: http://localhost:${port} answers (environment variable REVERB_HOST).`]);
});

const isSlow = skipWhen(
  serverTarget() === "deno",
  "doctor before a silent proxy, for eight seconds: this run tests another target",
);

test.skipIf(isSlow)(
  "what takes the connection and is silent hangs, also on the server's own port",
  async () => {
    await using stuck = await startHalfProxy(server.port, { app: "say nothing", apps: "say nothing" });
    const result = await runDoctor({ port: stuck.port, publicPort: stuck.port });
    expect(result.code).toBe(1);
    const silence = "it takes the connection, and there is no answer within 4 s.";
    expect(on("port", result)).toEqual([
      `error: http://127.0.0.1:${stuck.port}/up did not answer: ${silence} ` +
      "If Resound runs there, restart it; else stop what hangs, or choose another port (REVERB_SERVER_PORT).",
    ]);
    expect(on("public", result)[0]).toContain(silence);
    expect(result.stdout.join("\n")).not.toContain("firewall");
  },
);

test("without an answer the clock is not compared, and does not count as right", async () => {
  await using stuck = await startHalfProxy(server.port, { app: "refuse", apps: "refuse" });
  const result = await runResound(["doctor", "--host", "127.0.0.1", "--port", String(stuck.port)]);
  expect(on("clock", result)).toEqual(["skipped: no answer came to compare this machine's clock with."]);
  const checks = result.stdout.slice(0, -2);
  const made = checks.filter((line) => !line.startsWith("skipped")).length;
  expect(made).toBeLessThan(checks.length);
  expect(result.stdout.at(-1)).toContain(` of ${made} checks passed, `);
});

describe.skipIf(skipWhen(process.platform !== "linux", "limits of a process: only Linux shows them"))(
  "open files",
  () => {
    const limited = (files: number): string[] => [
      "/bin/sh",
      "-c",
      `ulimit -n ${files}; exec "$0" "$@"`,
      ...serverCommand(serverTarget()),
    ];

    test("are those of the running server, not of the shell", async () => {
      await using other = await startServer({ command: [...limited(700), "start"] });
      const run = { port: other.port, publicPort: other.port };
      const inFolder = await runDoctor({
        ...run,
        args: ["--laravel", other.directory],
        command: limited(9000),
      });
      expect(on("open files", inFolder)).toEqual([
        expect.stringMatching(/^warning: 700 files may be open, enough for 572 connections\. Raise /),
      ]);
      const elsewhere = await runDoctor({ ...run, command: limited(9000) });
      expect(on("open files", elsewhere)).toEqual([
        expect.stringMatching(
          /^skipped: the process of the running server was not found, .* as its user or as root/,
        ),
      ]);
    });

    test("are those of the shell where no server runs, and the line says so", async () => {
      const port = await freePort();
      const result = await runDoctor({ port, publicPort: port, command: limited(700) });
      expect(on("open files", result)[0]).toStartWith(
        "warning: 700 files may be open in a server that is started from this shell, enough for 572 connections.",
      );
    });
  },
);
