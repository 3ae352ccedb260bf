import { expect, test } from "bun:test";
import { signChannel } from "../../support/sign-channel.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { AbusedServer } from "../../support/abused-server.ts";

test(
  "--debug shows short lines without control characters and without secrets, for all that clients send",
  async () => {
    const server = await AbusedServer.start(
      { REVERB_APP_MAX_MESSAGE_SIZE: "1000000", REVERB_MAX_REQUEST_SIZE: "1000000" },
      { args: ["--debug"] },
    );
    const client = await server.connect(), { id } = client;
    const auth = signChannel(TEST_APPLICATION, id, "private-x");
    const texts = [
      "\u001b[2J\u001b]0;owned\u0007\r\n\t\0\u0085\u009b31m",
      '"event\n2026-01-01 00:00:00.000 error   A forged line"',
      "\u202eright to left\u2066\u2028\u2029",
      "\\".repeat(500_000),
      '"auth":"'.repeat(50_000),
      '\\"auth\\":\\"'.repeat(50_000),
      `${" ".repeat(100_000)}"auth"${" ".repeat(100_000)}:`,
      "a".repeat(999_000),
      JSON.stringify({ event: "pusher:subscribe", data: { channel: "private-x", auth } }),
      JSON.stringify({ event: "pusher:subscribe", data: JSON.stringify({ channel: "private-x", auth }) }),
      JSON.stringify({ event: "pusher:subscribe", data: { channel: "\u001b[31m", auth } }),
    ];
    for (const text of texts) await client.answersTo(text);
    await server.api.trigger("c", "\u001b[31m\n", "\u0007".repeat(10_000));
    await server.api.get(`/channels/${encodeURIComponent("\u001b[31m\n")}`);
    const raw = await server.raw();
    await raw.upgrade({ path: "/app/%1b%5b31m%0aforged", headers: { Origin: "\x9b31m" } });
    raw.destroy();
    await client.close();
    await server.assertStillServes();
    await server.stop();
    for (const line of server.running.output.lines) {
      // deno-lint-ignore no-control-regex -- finding control characters is the purpose
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      expect(line.length).toBeLessThan(1500);
      expect(line).not.toContain(auth.split(":")[1]);
      expect(line).not.toContain(TEST_APPLICATION.secret);
      expect(line).not.toMatch(/^\S+ \S+ error/);
    }
  },
);
