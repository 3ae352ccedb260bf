import { createHmac } from "node:crypto";
import { PATIENCE } from "./patience.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import type { MadeCertificate } from "./certificates.ts";

/** A request that a receiver was sent. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** Whether the signature is the application's. */
  readonly isSigned: boolean;
}

/** Bytes that the answer of `/packed` has when it is unpacked. */
export const UNPACKED = 256 * 2 ** 20;

/** A body that has no end. */
function endless(): ReadableStream<Uint8Array> {
  const piece = new Uint8Array(65_536).fill(0x61);
  return new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
}

/** What stands in for an application's route: answers as its path says. */
export class AnsweringReceiver implements Disposable {
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Bun.Server<undefined>;
  /** Called when a request has come. */
  #came: () => void = () => {};

  constructor(tls?: MadeCertificate) {
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      ...(tls === undefined ? {} : { tls: { cert: tls.certificate, key: tls.key } }),
      fetch: (request) => this.#answer(request),
    });
  }

  get port(): number {
    return this.#server.port!;
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves with the request of that number, counted from 0, once it has come. Rejects when it does not come in time. */
  async request(number: number): Promise<ReceivedRequest> {
    const late = AbortSignal.timeout(PATIENCE);
    while (this.requests[number] === undefined) {
      if (late.aborted) {
        throw new Error(`There were only ${this.requests.length} requests within ${PATIENCE} ms`);
      }
      await new Promise<void>((resolve) => {
        this.#came = resolve;
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return this.requests[number];
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname: path } = new URL(request.url), body = await request.text();
    const expected = createHmac("sha256", TEST_APPLICATION.secret).update(body).digest("hex");
    const isSigned = request.headers.get("X-Pusher-Signature") === expected;
    this.requests.push({ path, headers: request.headers, body, isSigned });
    this.#came();
    if (path === "/page") {
      return new Response("<!DOCTYPE html>\n<html>\n<title>Page\n Expired</title>", { status: 419 });
    }
    if (path === "/echo") return new Response(JSON.stringify([request.url, ...request.headers]));
    if (path === "/packed") {
      const zeros = Bun.gzipSync(new Uint8Array(UNPACKED));
      return new Response(zeros, { headers: { "Content-Encoding": "gzip" } });
    }
    if (path === "/endless") return new Response(endless());
    if (path === "/never") return await new Promise<Response>(() => {});
    if (path === "/moved") return Response.redirect("https://elsewhere.example/hooks", 301);
    return new Response("As you\nwish \u001b[2J", { status: Number(/^\/(\d{3})/.exec(path)?.[1] ?? 200) });
  }
}
