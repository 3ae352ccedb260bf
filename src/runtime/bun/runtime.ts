import type { DatabaseConfig } from "../../config/config.ts";
import type { TlsSettings } from "../../tls/tls-settings.ts";
import { BunCacheDatabase } from "./cache-database.ts";
import { BUN_DIGESTS } from "./digests.ts";
import { openBunLibc } from "./libc.ts";
import { serveBunHttp } from "./http.ts";
import { BunServers } from "./listener.ts";
import { BunSqlDatabase } from "./sql-database.ts";
import { bunTlsRefusals } from "./tls.ts";
import type { Libc } from "../libc.ts";
import type {
  CacheDatabase,
  HttpListener,
  HttpServeOptions,
  Listener,
  Runtime,
  ServeOptions,
} from "../runtime.ts";
import type { SqlDatabase } from "../sql-database.ts";

/** The runtime for `Bun.serve`, with its native pub/sub. */
export class BunRuntime implements Runtime {
  readonly name = `Bun ${Bun.version}`;
  readonly compresses = true;
  readonly digests = BUN_DIGESTS;
  #servers: BunServers | undefined;

  openCacheDatabase(config: DatabaseConfig): CacheDatabase {
    return new BunCacheDatabase(config);
  }

  openSqlDatabase(config: DatabaseConfig): SqlDatabase {
    return new BunSqlDatabase(config);
  }

  openLibc(): Promise<Libc> {
    return openBunLibc();
  }

  publish(topic: string, frame: string): void {
    this.#servers?.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#servers?.subscriberCount(topic) ?? 0;
  }

  tlsRefusals(settings: TlsSettings): readonly string[] {
    return bunTlsRefusals(settings);
  }

  serve(options: ServeOptions): Listener {
    const servers = this.#servers = new BunServers(options);
    return {
      port: servers.port,
      stopListening: () => servers.stopListening(),
      renewTls: (settings) => servers.renewTls(settings),
      close: () => servers.close(),
    };
  }

  serveHttp(options: HttpServeOptions): HttpListener {
    return serveBunHttp(options);
  }
}
