import { NODE_DIGESTS } from "../../protocol/digests.ts";
import type { TlsSettings } from "../../tls/tls-settings.ts";
import type { DenoApi } from "./deno-api.ts";
import { serveHttp } from "./http.ts";
import { openLibc } from "./libc.ts";
import { DenoListener } from "./listener.ts";
import type { DenoSocket } from "./socket.ts";
import { tlsRefusals } from "./tls.ts";
import type { Libc } from "../libc.ts";
import type { HttpListener, HttpServeOptions, Listener, Runtime, ServeOptions } from "../runtime.ts";
import { TopicTable } from "../topic-table.ts";

declare const Deno: DenoApi;

/** The runtime for `Deno.serve` and `Deno.upgradeWebSocket`. */
export class DenoRuntime implements Runtime {
  readonly name = `Deno ${Deno.version.deno}`;
  readonly compresses = false;
  readonly pings = false;
  readonly digests = NODE_DIGESTS;
  readonly #topics = new TopicTable<DenoSocket>();

  openLibc(): Promise<Libc> {
    return Promise.try(openLibc);
  }

  publish(topic: string, frame: string): void {
    this.#topics.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#topics.count(topic);
  }

  tlsRefusals(settings: TlsSettings): readonly string[] {
    return tlsRefusals(settings);
  }

  serve(options: ServeOptions): Listener {
    const { maxMessageBytes, maxBacklogBytes, fault } = options;
    return new DenoListener(options, {
      topics: this.#topics,
      maxMessageBytes,
      maxBacklogBytes,
      leaving: new Set(),
      fault,
    });
  }

  serveHttp(options: HttpServeOptions): HttpListener {
    return serveHttp(options);
  }
}
