import { beforeAll, describe, expect, test } from "bun:test";
import { connect as connectTls } from "node:tls";
import Pusher from "pusher-js";
import { EventLog } from "../../support/event-log.ts";
import { ApiClient } from "../../support/api-client.ts";
import {
  HAS_OPENSSL,
  type MadeCertificate,
  makeCertificate,
  NO_OPENSSL,
} from "../../support/certificates.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { startSecureServer } from "../../support/secure-server.ts";

const VALET = ".config/valet/Certificates/laravel.test";

describe.skipIf(skipWhen(!HAS_OPENSSL, NO_OPENSSL))("wss", () => {
  let own: MadeCertificate;
  beforeAll(async () => void (own = await makeCertificate()));

  test.skipIf(serverTarget() === "deno")(
    "a client that reads nothing is closed at once, and not when the runtime gives up on its last answer",
    async () => {
      const env = { REVERB_MAX_BACKLOG_BYTES: "500000", REVERB_MAX_REQUEST_SIZE: "1000000" };
      await using server = await startSecureServer({ own, env });
      const slow = await RawSocket.open(server);
      await slow.upgrade();
      await slow.readText();
      slow.send({ event: "pusher:subscribe", data: { channel: "news" } });
      expect(await slow.readText()).toContain("subscription_succeeded");
      slow.pause();
      const api = new ApiClient(server), open = '{"connections":1}';
      let answer = open, published = 0;
      // The system's own buffers take some megabytes before anything waits in the server.
      for (; answer === open && published < 500; published++) {
        await api.trigger("news", "e", "x".repeat(100_000));
        answer = (await api.get("/connections")).text;
      }
      // Bun waits some eleven seconds for the answer: time for thousands of events.
      expect([answer, published < 500]).toEqual(['{"connections":0}', true]);
      expect(await server.output.waitFor("reason=slow_reader")).toContain("max_backlog_bytes");
      slow.destroy();
    },
  );

  test("pusher-js connects to wss://laravel.test and hears what the API publishes over https", async () => {
    await using server = await startSecureServer({ own, args: ["--hostname", "laravel.test"] });
    const tls = { ...server.clientTls };
    // In place of a hosts file: the library asks for laravel.test, the connection goes to this machine.
    const createWebSocket = Pusher.Runtime.createWebSocket;
    const asked: string[] = [];
    Pusher.Runtime.createWebSocket = (url: string) => {
      asked.push(url);
      const socket: unknown = new WebSocket(url.replace("laravel.test", "127.0.0.1"), {
        tls,
        headers: { Host: "laravel.test" },
      });
      return socket as ReturnType<typeof createWebSocket>;
    };
    try {
      const pusher = new Pusher(TEST_APPLICATION.key, {
        cluster: "",
        wsHost: "laravel.test",
        wssPort: server.port,
        forceTLS: true,
        enabledTransports: ["ws", "wss"],
      });
      const connection = EventLog.of(pusher.connection);
      await connection.nextOf("connected");
      const log = EventLog.of(pusher.subscribe("news"));
      await log.nextOf("pusher:subscription_succeeded");
      expect(asked).toEqual([
        expect.stringMatching(new RegExp(`^wss://laravel\\.test:${server.port}/app/app-key\\?`)),
      ]);
      const answer = await new ApiClient(server).trigger("news", "hello", { over: "https" });
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: "{}" });
      expect(await log.nextOf("hello")).toEqual({ over: "https" });
      pusher.disconnect();
    } finally {
      Pusher.Runtime.createWebSocket = createWebSocket;
    }
  });

  test("the banner says secure, where, and with which certificate", async () => {
    await using server = await startSecureServer({
      own,
      args: ["--hostname", "laravel.test", "--path", "/ws"],
    });
    await server.output.waitFor("Configured");
    expect(server.output.stdout[0]).toEndWith(` is listening on https://127.0.0.1:${server.port}/ws`);
    expect(server.output.stdout[2]).toMatch(
      new RegExp(
        `^Secure: wss://laravel\\.test:${server.port}/ws\\. Certificate: .*/tls/fullchain\\.pem, valid until 20[\\d-]+$`,
      ),
    );
    expect(server.output.stderr).toEqual([]);
  });

  test.each(["laravel.test", "https://laravel.test:8080"])(
    "--hostname %s finds the certificate that Valet keeps in the home folder",
    async (hostname) => {
      const { directory, home } = homeHere();
      await using server = await startServer({
        args: ["--hostname", hostname],
        directory,
        env: home,
        files: { [`${VALET}.crt`]: own.certificate, [`${VALET}.key`]: own.key },
      });
      expect(server.url).toStartWith("https://");
      await server.output.waitFor(
        /\.config\/valet\/Certificates\/laravel\.test\.crt of Laravel Valet, valid until/,
      );
      const tls = { ca: own.certificate, serverName: "laravel.test" };
      await using client = await connect(server, { tls });
      await client.established();
    },
  );

  test("REVERB_HOST finds it as well", async () => {
    const { directory, home } = homeHere();
    await using server = await startServer({
      directory,
      env: { ...home, REVERB_HOST: "laravel.test" },
      files: { [`${VALET}.crt`]: own.certificate, [`${VALET}.key`]: own.key },
    });
    expect(server.url).toStartWith("https://");
  });

  test("plain HTTP on the TLS port ends without an answer, and TLS goes on", async () => {
    await using server = await startSecureServer({ own });
    const plain = await RawSocket.open({ host: server.host, port: server.port });
    plain.write("GET /up HTTP/1.1\r\nHost: laravel.test\r\n\r\n");
    await plain.ended;
    expect(plain.unread.toString("latin1")).not.toContain("200");
    const response = await fetch(`${server.url}/up`, { tls: { ...server.clientTls } });
    expect(await response.text()).toBe('{"health":"OK"}');
  });

  test("TLS below 1.2 is not spoken", async () => {
    await using server = await startSecureServer({ own });
    expect(await spokenVersion(server.port, "TLSv1.1")).toBeUndefined();
    expect(await spokenVersion(server.port, "TLSv1.2")).toBe("TLSv1.2");
    expect(await spokenVersion(server.port, "TLSv1.3")).toBe("TLSv1.3");
  });

  test.skipIf(
    skipWhen(serverTarget() === "deno", "TLS: this runtime chooses versions and ciphers by itself"),
  )(
    "crypto_method and ciphers choose what is spoken",
    async () => {
      const toml = 'crypto_method = "STREAM_CRYPTO_METHOD_TLSv1_3_SERVER"\n';
      await using newest = await startSecureServer({ own, toml });
      expect(await spokenVersion(newest.port, "TLSv1.2")).toBeUndefined();
      expect(await spokenVersion(newest.port, "TLSv1.3")).toBe("TLSv1.3");
      await using picky = await startSecureServer({
        own,
        toml: 'ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"\n',
      });
      expect(await spokenVersion(picky.port, "TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384")).toBe("TLSv1.2");
      expect(await spokenVersion(picky.port, "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256")).toBeUndefined();
    },
  );
});

test("without a certificate for the host name the server is plain and says where it looked", async () => {
  const { directory, home } = homeHere();
  await using server = await startServer({ args: ["--hostname", "laravel.test"], directory, env: home });
  expect(server.url).toStartWith("http://");
  await server.output.waitFor(
    /^Without TLS, as behind a proxy: there is no certificate for laravel\.test in .+Certificates /,
  );
  expect(server.output.stderr).toEqual([]);
});

/** A fresh folder that the server is started in and that is its user's home as well. */
function homeHere(): { readonly directory: string; readonly home: { readonly HOME: string } } {
  const directory = temporaryDirectory();
  return { directory, home: { HOME: directory } };
}

/** The version that comes about with a client that offers only this one; `undefined` when none does. */
function spokenVersion(
  port: number,
  version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3",
  ciphers?: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ...(ciphers === undefined ? {} : { ciphers }),
    }, () => {
      resolve(socket.getProtocol() ?? undefined);
      socket.destroy();
    });
    socket.on("error", () => resolve(undefined));
  });
}
