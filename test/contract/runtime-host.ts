// A process that serves through the runtime it runs on. It writes each event of its sockets to stdout as a JSON line;
// clients send commands as messages, which say what the server does with their sockets.
import { requestTarget } from "../../src/http/request-target.ts";
import type {
  ControlFrame,
  RuntimeCloseCause,
  Socket,
  SocketHandler,
} from "../../src/hub/connections/socket.ts";
import { chooseRuntime } from "../../src/runtime/choose-runtime.ts";
import { ListenError } from "../../src/runtime/listen-error.ts";
import type { ServeOptions } from "../../src/runtime/runtime.ts";
import type { Command, Report } from "./runtime-commands.ts";
import { MAX_BACKLOG_BYTES, MAX_MESSAGE_BYTES } from "./runtime-commands.ts";

const runtime = chooseRuntime();

function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** By name. */
const sockets = new Map<string, Socket>();

class CommandedHandler implements SocketHandler {
  readonly #name: string;
  readonly #topics: string[] = [];
  #socket!: Socket;

  constructor(name: string) {
    this.#name = name;
  }

  open(socket: Socket): void {
    this.#socket = socket;
    sockets.set(this.#name, socket);
    report({ told: "open", name: this.#name });
    if (this.#name === "throws-at-open") throw new Error("thrown at open");
  }

  message(frame: string | Uint8Array): void {
    if (typeof frame === "string" && frame.startsWith("{")) return this.#obey(JSON.parse(frame) as Command);
    const text = typeof frame === "string" ? frame : `bytes ${Array.from(frame).join(" ")}`;
    report({ told: "message", name: this.#name, text });
  }

  control(frame: ControlFrame): void {
    report({ told: "control", name: this.#name, frame });
  }

  close(code: number, cause: RuntimeCloseCause | undefined): void {
    const counts = this.#topics.map((topic) => runtime.subscriberCount(topic));
    report({ told: "close", name: this.#name, code, cause: cause ?? null, counts });
    this.#callEverything();
    if (this.#name === "throws-at-close") throw new Error("thrown at close");
  }

  /** What MUST be harmless once the socket is closed. */
  #callEverything(): void {
    const socket = this.#socket;
    socket.send("after the close");
    socket.ping();
    socket.pause();
    socket.resume();
    socket.subscribe("after-close");
    socket.unsubscribe("after-close");
    socket.close(4999, "again");
  }

  #obey(command: Command): void {
    const socket = this.#socket;
    switch (command.do) {
      case "send":
        for (let time = 0; time < (command.times ?? 1); time++) socket.send(command.frame);
        return;
      case "ping":
        return socket.send(`ping ${socket.ping()}`);
      case "pause":
        return socket.send(`pause ${socket.pause()}`);
      case "resume":
        return sockets.get(command.name)?.resume();
      case "close other":
        return sockets.get(command.name)?.close(4100, "too much");
      case "subscribe":
        this.#topics.push(command.topic);
        return socket.subscribe(command.topic);
      case "unsubscribe":
        return socket.unsubscribe(command.topic);
      case "publish":
        return socket.publish(command.topic, command.frame);
      case "publish to all":
        return runtime.publish(command.topic, command.frame);
      case "count":
        return socket.send(`count ${runtime.subscriberCount(command.topic)}`);
      case "close":
        return socket.close(command.code, command.reason);
      case "throw":
        throw new Error("thrown at a message");
    }
  }
}

const options: ServeOptions = {
  host: "127.0.0.1",
  port: Number(process.argv[process.argv.indexOf("--port") + 1]),
  reusePort: false,
  maxMessageBytes: MAX_MESSAGE_BYTES,
  maxBacklogBytes: MAX_BACKLOG_BYTES,
  compression: "off",
  guardedPath: "/guarded",
  answerFlood: () => new Response("flood", { status: 429, headers: { Connection: "close" } }),
  async answer(request, upgradable) {
    const [, word = "", name = ""] = requestTarget(request.url).path.split("/");
    switch (word) {
      case "guarded":
        return new Response(upgradable.isPathResolved ? "resolved" : "as sent");
      case "socket":
        return upgradable.upgrade(new CommandedHandler(name))
          ? new Response(null)
          : new Response("no handshake", { status: 426 });
      case "address":
        return new Response(upgradable.address);
      case "throw":
        throw new Error("thrown at a request");
      case "echo":
        return new Response(await request.text());
      case "listen-again":
        return new Response(listenAgain(listener.port));
      case "beside":
        return new Response(beside(Number(name)));
      case "stop-listening":
        listener.stopListening();
        return new Response("stopped");
      case "close":
        setTimeout(() => void listener.close().then(() => report({ told: "closed" })));
        return new Response("closing");
      default:
        return new Response("nothing here", { status: 404 });
    }
  },
  fault: (fault) =>
    report({ told: "fault", message: fault instanceof Error ? fault.message : String(fault) }),
};

function listenAgain(port: number): string {
  try {
    runtime.serve({ ...options, port });
    return "listening";
  } catch (error) {
    return error instanceof ListenError ? error.code : `no ListenError: ${error}`;
  }
}

/** Serves plain HTTP beside the server and says where; port 0 takes any. */
function beside(port: number): string {
  try {
    const second = runtime.serveHttp({
      host: "127.0.0.1",
      port,
      reusePort: false,
      async answer(request, caller) {
        const path = new URL(request.url).pathname;
        if (path === "/address") return new Response(caller.address);
        if (path === "/throw") throw new Error("thrown beside");
        if (path === "/stop-listening") second.stopListening();
        if (path === "/close") setTimeout(() => void second.close().then(() => report({ told: "closed" })));
        return new Response(`beside ${await request.text()}`);
      },
      fault: options.fault,
    });
    return String(second.port);
  } catch (error) {
    return error instanceof ListenError ? error.code : `no ListenError: ${error}`;
  }
}

const listener = runtime.serve(options);
process.stdout.write(`http://127.0.0.1:${listener.port} ${runtime.name}\n`);
process.on("SIGTERM", () => process.exit(0));
