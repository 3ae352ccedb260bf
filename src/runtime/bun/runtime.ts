import type { DatabaseConfig } from "../../config/config.ts";
import type { TlsSettings } from "../../tls/tls-settings.ts";
import type { AcceptQueues } from "../accept-queues.ts";
import { BunAcceptQueues } from "./accept-queues.ts";
import { BunCacheDatabase } from "./cache-database.ts";
import { claimPort } from "./claim-port.ts";
import { BUN_DIGESTS } from "./digests.ts";
import { serveHttp } from "./http.ts";
import { openLibc } from "./libc.ts";
import { BunListener } from "./listener.ts";
import { BunSqlDatabase } from "./sql-database.ts";
import { tlsRefusals } from "./tls.ts";
import type { Libc } from "../libc.ts";
import type {
  CacheDatabase,
  HttpListener,
  HttpServeOptions,
  Listener,
  Runtime,
  ServeOptions,
  SqlDatabase,
} from "../runtime.ts";

/** The runtime for `Bun.serve`, with its native pub/sub. */
export class BunRuntime implements Runtime {
  readonly name = `Bun ${Bun.version}`;
  readonly compresses = true;
  readonly pings = true;
  readonly digests = BUN_DIGESTS;
  #listener: BunListener | undefined;

  claimPort(host: string, port: number): number {
    return claimPort(host, port);
  }

  acceptQueues(): AcceptQueues {
    return new BunAcceptQueues();
  }

  freeMemory(): void {
    Bun.gc(true);
  }

  openCacheDatabase(config: DatabaseConfig): CacheDatabase {
    return new BunCacheDatabase(config);
  }

  openSqlDatabase(config: DatabaseConfig, access?: "read" | "write", connections?: number): SqlDatabase {
    return new BunSqlDatabase(config, access, connections);
  }

  openLibc(): Promise<Libc> {
    return openLibc();
  }

  publish(topic: string, frame: string): void {
    this.#listener?.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#listener?.subscriberCount(topic) ?? 0;
  }

  tlsRefusals(settings: TlsSettings): readonly string[] {
    return tlsRefusals(settings);
  }

  serve(options: ServeOptions): Listener {
    return this.#listener = new BunListener(options);
  }

  serveHttp(options: HttpServeOptions): HttpListener {
    return serveHttp(options);
  }
}
