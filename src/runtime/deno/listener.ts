import type { DenoApi, DenoPlace, DenoServer, DenoTls } from "./deno-api.ts";
import { callerAddress, DenoRequest, turnedAway, withOwnPath } from "./request.ts";
import type { DenoSocketServices } from "./socket.ts";
import { tlsOptions } from "./tls.ts";
import { ListenError, orListenError } from "../listen-error.ts";
import type { Listener, ServeOptions } from "../runtime.ts";
import { listenWithMode } from "../unix-socket.ts";

declare const Deno: DenoApi;

/** Milliseconds between two looks at whether the last answers and close frames are through. */
const CLOSING_STEP = 20;
/** Milliseconds that they have when the server ends. */
const CLOSING = 1000;
/** Milliseconds until a server that could not accept a connection tries again. */
const RETRY = 50;

/** A server of Deno's that begins again when Deno ends it: when a connection could not be accepted because no file was left. */
export class DenoListener implements Listener {
  readonly port: number;
  readonly #options: ServeOptions;
  readonly #services: DenoSocketServices;
  #server: DenoServer | undefined;
  #abort = new AbortController();
  #listening = true;
  /** Answers that are made and not sent whole yet. */
  #unsent = 0;

  /** Listens. Throws a {@link ListenError} when the address cannot be had. */
  constructor(options: ServeOptions, services: DenoSocketServices) {
    this.#options = options;
    this.#services = services;
    if (options.reusePort) {
      // It could share the port (as an unstable part of its API), but not stop listening and keep its clients.
      throw new ListenError(
        "ENOTSUP",
        "on Deno a port cannot be shared (reuse_port, --reuse-port). Run this on Bun.",
      );
    }
    this.port = orListenError(() => this.#listen(options.port));
  }

  /** Deno cannot stop listening without closing every WebSocket at once, so new callers are turned away instead. */
  stopListening(): void {
    this.#listening = false;
  }

  /** Not possible: Deno takes a certificate only when it begins to listen. */
  renewTls(): never {
    throw new Error("Deno takes a certificate only when it begins to listen: restart the server");
  }

  async close(): Promise<void> {
    this.#listening = false;
    await this.#lastAnswers();
    this.#abort.abort();
    await this.#server?.finished;
  }

  #listen(port: number): number {
    const { host, unixSocket, tls } = this.#options;
    if (unixSocket === undefined) {
      const secure = tls === undefined ? {} : tlsOptions(tls);
      return this.#serve({ hostname: host, port, ...secure }) ?? port;
    }
    return listenWithMode(unixSocket, () => this.#serve({ path: unixSocket.path })) ?? port;
  }

  #serve(place: DenoPlace & Partial<DenoTls>): number | undefined {
    this.#abort = new AbortController();
    const server = this.#server = Deno.serve(
      {
        ...place,
        signal: this.#abort.signal,
        onListen: () => {},
        onError: (fault) => {
          this.#options.fault(fault);
          return new Response("Internal server error.", { status: 500 });
        },
      },
      (request, { remoteAddr, completed }) => this.#answer(request, callerAddress(remoteAddr), completed),
    );
    // Deno gives up when one connection cannot be accepted (EMFILE). Those that are open go on; the port is free.
    server.finished.catch(() => {
      this.#server = undefined;
      this.#serveAgain();
    });
    return server.addr.port;
  }

  #serveAgain(): void {
    if (!this.#listening) return;
    setTimeout(() => {
      if (!this.#listening) return;
      try {
        this.#listen(this.port);
      } catch {
        // There is no file for the listening socket either.
        this.#serveAgain();
      }
    }, RETRY);
  }

  async #answer(request: Request, address: string, completed: Promise<void>): Promise<Response> {
    if (!this.#listening) return turnedAway();
    const upgradable = new DenoRequest(request, address, this.#services);
    const response = await this.#options.answer(withOwnPath(request), upgradable);
    if (upgradable.response !== undefined) return upgradable.response;
    this.#unsent++;
    const sent = (): void => {
      // Deno says so when it has taken the answer; at the end it is a moment too early to cut the connection.
      if (this.#listening) this.#unsent--;
      else setTimeout(() => this.#unsent--, CLOSING_STEP);
    };
    // A caller that has gone meanwhile is not waited for.
    completed.then(sent, sent);
    // A body that no handler has read is not read past: the client could neither send all of it nor ask again.
    if (!request.bodyUsed) request.body?.cancel().catch(this.#options.fault);
    return response;
  }

  /** Waits until answers are sent and close frames have arrived, but not long: a client need not read. */
  async #lastAnswers(): Promise<void> {
    const leaving = (): boolean => this.#services.leaving.size > 0 || this.#unsent > 0;
    for (let waited = 0; leaving() && waited < CLOSING; waited += CLOSING_STEP) {
      await new Promise((resolve) => setTimeout(resolve, CLOSING_STEP));
    }
  }
}
