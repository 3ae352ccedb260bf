import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freePort } from "../support/free-port.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { connect } from "../support/socket-client.ts";
import { buildFrame, OPCODE } from "../support/websocket-frame.ts";
import { HostProcess, type RuntimeName } from "./host-process.ts";
import { type Command, MAX_BACKLOG_BYTES, MAX_MESSAGE_BYTES } from "./runtime-commands.ts";

// One suite for the Runtime and Socket ports, against each runtime in a process of its own.

describe.each<RuntimeName>(["bun", "deno"])("on %s", (runtime) => {
  /** Deno shows its servers no control frames and has none to send. */
  const hasControlFrames = runtime === "bun";
  let host: HostProcess;
  beforeAll(async () => {
    host = await HostProcess.start(runtime);
  });
  afterAll(() => host.running.stop());

  test("the runtime names itself", () => {
    expect(host.running.output.lines[0]).toMatch(runtime === "bun" ? / Bun \d/ : / Deno \d/);
  });

  test("messages arrive whole, texts as text and bytes as bytes", async () => {
    const { client } = await host.commander("messages");
    client.send("ü");
    client.sendBinary(Uint8Array.of(0, 255));
    client.send("");
    await client.close();
    await host.told({ told: "close", name: "messages" });
    expect(host.reports("message", "messages").map((each) => "text" in each && each.text))
      .toEqual(["ü", "bytes 0 255", ""]);
  });

  test("a publish reaches every subscriber of the topic, or all but one socket, which need not be on it", async () => {
    const [one, two, outsider] = await Promise.all(["p-1", "p-2", "p-3"].map((name) => host.commander(name)));
    if (one === undefined || two === undefined || outsider === undefined) {
      throw new Error("a client is missing");
    }
    for (const each of [one, two]) await each.done({ do: "subscribe", topic: "t" });
    await one.done({ do: "publish to all", topic: "other", frame: "to no subscriber" });
    outsider.order({ do: "publish", topic: "t", frame: "from outside" });
    expect([await one.client.next(), await two.client.next()]).toEqual(["from outside", "from outside"]);
    await one.done({ do: "publish", topic: "t", frame: "from one" });
    expect(await two.client.next()).toBe("from one");
    outsider.order({ do: "publish to all", topic: "t", frame: "to all" });
    expect([await one.client.next(), await two.client.next()]).toEqual(["to all", "to all"]);
    for (const each of [one, two, outsider]) await each.client.close();
  });

  test("what is sent and what is published keep their order on a socket", async () => {
    const { client, order } = await host.commander("order");
    order({ do: "subscribe", topic: "order" });
    for (let n = 0; n < 50; n++) {
      order({ do: "send", frame: `sent ${n}` });
      order({ do: "publish to all", topic: "order", frame: `published ${n}` });
    }
    for (let n = 0; n < 50; n++) {
      expect([await client.next(), await client.next()]).toEqual([`sent ${n}`, `published ${n}`]);
    }
    await client.close();
  });

  test("a socket is on a topic once, until it leaves", async () => {
    const { client, order, done } = await host.commander("count");
    const count = async (): Promise<string> => {
      order({ do: "count", topic: "counted" });
      return await client.next();
    };
    expect(await count()).toBe("count 0");
    for (let time = 0; time < 2; time++) await done({ do: "subscribe", topic: "counted" });
    expect(await count()).toBe("count 1");
    await done({ do: "unsubscribe", topic: "counted" });
    await done({ do: "unsubscribe", topic: "counted" });
    expect(await count()).toBe("count 0");
    await done({ do: "publish to all", topic: "counted", frame: "unheard" });
    await client.close();
  });

  test("a ping is sent, or the answer says that the runtime has none", async () => {
    const raw = await host.raw("ping");
    raw.send({ do: "ping" });
    if (hasControlFrames) expect((await raw.readFrame()).opcode).toBe(OPCODE.ping);
    expect(await raw.readText()).toBe(`ping ${hasControlFrames}`);
    raw.destroy();
  });

  test("a client's ping is answered; the handler hears of it where the runtime shows it", async () => {
    const raw = await host.raw("control");
    raw.sendFrame({ opcode: OPCODE.ping, payload: "x" });
    expect(await raw.readFrame()).toMatchObject({ opcode: OPCODE.pong, text: "x" });
    raw.sendFrame({ opcode: OPCODE.pong });
    raw.send({ do: "send", frame: "read" });
    expect(await raw.readText()).toBe("read");
    if (hasControlFrames) await host.told({ told: "control", name: "control", frame: "pong" });
    const frames = host.reports("control", "control").map((each) => "frame" in each && each.frame);
    expect(frames).toEqual(hasControlFrames ? ["ping", "pong"] : []);
    raw.destroy();
  });

  test("a socket that is paused is not read from until it is resumed, and is sent to all the same", async () => {
    const canPause = runtime === "bun";
    const paused = await host.commander("paused"), other = await host.commander("beside-paused");
    await paused.done({ do: "subscribe", topic: "to-paused" });
    paused.order({ do: "pause" });
    expect(await paused.client.next()).toBe(`pause ${canPause}`);
    paused.client.send("later");
    other.order({ do: "publish to all", topic: "to-paused", frame: "meanwhile" });
    expect(await paused.client.next()).toBe("meanwhile");
    if (canPause) {
      await other.done({ do: "subscribe", topic: "anything" });
      expect(host.reports("message", "paused")).toEqual([]);
    }
    other.order({ do: "resume", name: "paused" });
    await host.told({ told: "message", name: "paused" });
    expect(host.reports("message", "paused")).toMatchObject([{ text: "later" }]);
    await paused.client.close();
    await other.client.close();
  });

  test("a socket that is paused can be closed", async () => {
    const { client, order } = await host.commander("paused-closed"), other = await host.commander("closing");
    order({ do: "pause" });
    await client.next();
    client.send("unread");
    other.order({ do: "close other", name: "paused-closed" });
    expect(await client.closed).toMatchObject({ code: 4100, reason: "too much" });
    await host.told({ told: "close", name: "paused-closed" });
    await other.client.close();
  });

  describe("a close", () => {
    test("of the server reaches the client, and the handler once; nothing after it does harm", async () => {
      const { client, order, done } = await host.commander("closed-here");
      await done({ do: "subscribe", topic: "closed" });
      order({ do: "send", frame: "last" });
      order({ do: "close", code: 4009, reason: "go" });
      order({ do: "send", frame: "too late" });
      expect(await client.next()).toBe("last");
      expect(await client.closed).toMatchObject({ code: 4009, reason: "go" });
      await host.told({ told: "close", name: "closed-here" });
      expect(host.reports("close", "closed-here")).toEqual([
        { told: "close", name: "closed-here", code: 4009, cause: null, counts: [0] },
      ]);
    });

    test("of the client is reported with its code", async () => {
      const { client } = await host.commander("closed-there");
      await client.close(4321, "bye");
      expect(await host.told({ told: "close", name: "closed-there" })).toMatchObject({
        code: 4321,
        cause: null,
      });
    });

    test.each(["end", "destroy"] as const)("without a close frame (%s) is reported as 1006", async (way) => {
      const raw = await host.raw(way);
      raw[way]();
      expect(await host.told({ told: "close", name: way })).toMatchObject({ code: 1006, cause: null });
      await raw.ended;
    });

    test("that the client does not answer ends the connection all the same", async () => {
      const raw = await host.raw("deaf");
      raw.send({ do: "close", code: 4001, reason: "x" });
      expect(await raw.readClose()).toMatchObject({ code: 4001 });
      await raw.ended;
    });

    test("comes after what was sent before, also when messages are still coming in", async () => {
      const raw = await host.raw("flood");
      const command = (command: Command): Buffer => buildFrame({ payload: JSON.stringify(command) });
      const counts = Array.from({ length: 100 }, () => command({ do: "count", topic: "none" }));
      const close = command({ do: "close", code: 4100, reason: "enough" });
      raw.write(Buffer.concat([...counts, close, ...counts]));
      const { code, texts } = await raw.readClose();
      expect({ code, answers: texts.length }).toEqual({ code: 4100, answers: 100 });
      raw.destroy();
    });

    test("for a message that is too large is 1009, counted in bytes", async () => {
      const { client } = await host.commander("large");
      client.send("x".repeat(MAX_MESSAGE_BYTES));
      client.send("ü".repeat(MAX_MESSAGE_BYTES / 2 + 1));
      expect((await client.closed).code).toBe(1009);
      expect(await host.told({ told: "close", name: "large" })).toMatchObject({
        code: 1009,
        cause: "message_too_large",
      });
      expect(host.reports("message", "large").length).toBe(1);
    });

    test("for a frame that breaks the protocol is reported as that", async () => {
      const raw = await host.raw("broken");
      raw.sendFrame({ payload: "x", reserved: 4 });
      await raw.ended;
      expect(await host.told({ told: "close", name: "broken" })).toMatchObject({
        code: 1006,
        cause: "protocol_violation",
      });
    });

    test("for a slow reader is reported as that, and the others on the topic get everything", async () => {
      const frame = "x".repeat(MAX_MESSAGE_BYTES - 100);
      const fast = await host.commander("fast");
      await fast.done({ do: "subscribe", topic: "loud" });
      const slow = await host.raw("slow");
      slow.send({ do: "subscribe", topic: "loud" });
      slow.send({ do: "send", frame: "subscribed" });
      expect(await slow.readText()).toBe("subscribed");
      slow.pause();
      let published = 0;
      const isOver = (): boolean => host.reports("close", "slow").length > 0;
      // What the system's buffers take does not count as backlog; they hold a few megabytes.
      for (
        const most = (MAX_BACKLOG_BYTES + 32_000_000) / frame.length;
        !isOver() && published < most;
        published++
      ) {
        fast.order({ do: "publish to all", topic: "loud", frame });
        expect(await fast.client.next()).toBe(frame);
      }
      expect(await host.told({ told: "close", name: "slow" })).toMatchObject({
        cause: "slow_reader",
        counts: [1],
      });
      slow.destroy();
      await fast.client.close();
    });

    test("is not the fate of a fast reader that is sent more than the backlog at once", async () => {
      const { client, order } = await host.commander("burst");
      const times = Math.ceil(3 * MAX_BACKLOG_BYTES / 4000);
      order({ do: "send", frame: "x".repeat(4000), times });
      for (let n = 0; n < times; n++) expect((await client.next()).length).toBe(4000);
      order({ do: "send", frame: "still here" });
      expect(await client.next()).toBe("still here");
      await client.close();
    });
  });

  describe("a handler that throws", () => {
    test.each(["open", "close"])(
      "at %s is reported as a fault and disturbs no other connection",
      async (when) => {
        const client = await connect(host.running, { path: `/socket/throws-at-${when}` });
        await client.close();
        await host.running.output.waitFor(`"thrown at ${when}"`);
        expect((await host.get("/address")).status).toBe(200);
      },
    );

    test("at a message is reported as a fault, and the connection goes on", async () => {
      const { client, order } = await host.commander("throws");
      order({ do: "throw" });
      order({ do: "send", frame: "still here" });
      expect(await client.next()).toBe("still here");
      await host.running.output.waitFor('"thrown at a message"');
      await client.close();
    });

    test("at a request is reported as a fault and answered with 500", async () => {
      expect(await host.get("/throw")).toEqual({ status: 500, text: "Internal server error." });
      await host.running.output.waitFor('"thrown at a request"');
    });
  });

  describe("a request", () => {
    test("comes from an address", async () => {
      expect((await host.get("/address")).text).toBe("127.0.0.1");
    });

    test("is answered when its body has arrived", async () => {
      const raw = await RawSocket.open(host.running);
      raw.write("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
      expect((await host.get("/address")).status).toBe(200);
      expect((await raw.request("cd")).body.toString()).toBe("abcd");
      raw.destroy();
    });

    test("that is no handshake is left to the caller", async () => {
      const wrong = [
        { "Sec-WebSocket-Version": "8" },
        { "Sec-WebSocket-Version": undefined },
        { "Sec-WebSocket-Key": undefined },
        { "Sec-WebSocket-Key": "c2hvcnQ=" },
        { Upgrade: undefined, Connection: undefined },
      ];
      for (const headers of wrong) {
        const raw = await RawSocket.open(host.running);
        const { status } = await raw.upgrade({ path: "/socket/none", headers });
        expect({ headers, status }).toEqual({ headers, status: 426 });
        raw.destroy();
      }
      expect(host.reports("open", "none")).toEqual([]);
    });

    test("for a WebSocket is answered with Reverb's own header", async () => {
      const raw = await RawSocket.open(host.running);
      const answer = await raw.upgrade({ path: "/socket/header" });
      expect(answer.headers.get("x-powered-by")).toBe("Laravel Reverb");
      raw.destroy();
    });
  });

  test("a port that is taken is refused with the system's code", async () => {
    expect((await host.get("/listen-again")).text).toBe("EADDRINUSE");
  });

  test("a request for the guarded path has it in its target as it was sent, or says that it may not", async () => {
    const ask = async (target: string, name = "localhost"): Promise<string> => {
      const socket = await RawSocket.open(host.running);
      const { body } = await socket.request(`GET ${target} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
      socket.end();
      return body.toString();
    };
    for (const target of ["/guarded", "/guarded/", "/guarded/x/y", "/guarded?x", "http://other/guarded"]) {
      expect([target, await ask(target)]).toEqual([target, "as sent"]);
    }
    const disguised = [
      "/x/../guarded",
      "/x/..\\guarded",
      "/%2e/guarded",
      "/x/%2E%2E/guarded/x",
      "/.\\guarded\\x",
    ];
    // Bun resolves them, and Deno does not.
    for (const target of disguised) {
      expect([target, await ask(target)]).toEqual([target, runtime === "deno" ? "nothing here" : "resolved"]);
    }
    // A header that is no host has no part in the path.
    for (const name of ["a/guarded?", "a/guarded#", "a\\guarded?", "u@x"]) {
      expect([name, await ask("/x", name)]).toEqual([name, "nothing here"]);
    }
  });

  test("plain HTTP is served beside the server, and leaves its topics alone", async () => {
    const { client, order, done } = await host.commander("beside");
    await done({ do: "subscribe", topic: "beside" });
    // No other test is given the port once it is free again.
    const port = (await host.get(`/beside/${await freePort()}`)).text;
    const ask = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: "hello", keepalive: false });
    expect(await (await ask("/")).text()).toBe("beside hello");
    order({ do: "count", topic: "beside" });
    expect(await client.next()).toBe("count 1");
    const broken = await ask("/throw");
    expect([broken.status, await broken.text()]).toEqual([500, "Internal server error."]);
    await host.told({ told: "fault" });
    expect(await (await ask("/address")).text()).toBe("127.0.0.1");
    expect((await host.get(`/beside/${port}`)).text).toBe("EADDRINUSE");
    // The answer may come before the end or not at all.
    await ask("/close").catch(() => undefined);
    await host.told({ told: "closed" });
    await expect(ask("/")).rejects.toThrow();
    await client.close();
  });

  test("plain HTTP beside the server stops listening, and answers what it has taken", async () => {
    const port = (await host.get(`/beside/${await freePort()}`)).text;
    const ask = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: "hello", keepalive: false });
    expect(await (await ask("/stop-listening")).text()).toBe("beside hello");
    // Deno cannot stop listening without ending what it answers, so it turns new callers away.
    const late = await ask("/").then(({ status }) => status, () => undefined);
    expect(late).toBe(runtime === "deno" ? 503 : undefined);
  });

  test("once it stops listening no new client gets in and the others go on", async () => {
    const stopping = await HostProcess.start(runtime);
    const { client, order } = await stopping.commander("stays");
    expect((await stopping.get("/stop-listening")).status).toBe(200);
    // Deno cannot stop listening without closing all connections at once, so it turns new ones away.
    const late = await stopping.get("/address").catch(() => undefined);
    expect(late?.status).toBe(runtime === "deno" ? 503 : undefined);
    await expect(connect(stopping.running, { path: "/socket/late" })).rejects.toThrow("No WebSocket");
    order({ do: "send", frame: "still here" });
    expect(await client.next()).toBe("still here");
    expect(await stopping.running.stop()).toBe(0);
  });

  test("a close ends all connections", async () => {
    const closing = await HostProcess.start(runtime);
    const { client } = await closing.commander("left");
    // The answer may come before the end or not at all.
    await closing.get("/close").catch(() => undefined);
    await client.closed;
    await closing.told({ told: "closed" });
    await expect(connect(closing.running)).rejects.toThrow("No WebSocket");
    await closing.running.stop();
  });
});
