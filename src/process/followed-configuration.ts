import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { readCertificates } from "./certificates.ts";
import type { PreparedStart } from "./prepared-start.ts";

/** Why a server with configured applications takes over no configuration without them. */
export const NONE_ANY_MORE =
  "No application is configured any more, and a made-up one does not take the place of a configured one";

/** The configuration and the certificates that this process follows: as the start has read them, and again with each reload. */
export class FollowedConfiguration {
  readonly #places: Pick<PreparedStart, "source" | "runtime">;
  #config: Config;
  #tls: LocalTls;

  constructor({ config, tls, ...places }: Pick<PreparedStart, "source" | "runtime" | "config" | "tls">) {
    this.#places = places;
    this.#config = config;
    this.#tls = tls;
  }

  get config(): Config {
    return this.#config;
  }

  get tls(): LocalTls {
    return this.#tls;
  }

  /** Reads the certificates of the configuration in use, and does not follow them yet. Throws a `ConfigError`. */
  readCertificates(config: Config = this.#config): LocalTls {
    const { source, runtime } = this.#places;
    return readCertificates(config, source.directory, runtime);
  }

  /**
   * Reads both from the same places and follows them. Returns what is wrong with them; then everything stays as it was. A file that is
   * missing (a deployment puts it in place a moment later) is wrong too: without its limits and origins the server would be open.
   */
  readAgain(): readonly string[] | undefined {
    try {
      const config = loadProcessConfig(this.#places.source);
      const lost = this.#whatIsLost(config);
      if (lost.length > 0) return lost;
      const tls = this.readCertificates(config);
      this.#config = this.#config.development && config.development
        // The application that stands in where none is configured is another one with each reading: keep the one that was shown.
        ? { ...config, applications: this.#config.applications }
        : config;
      this.#tls = tls;
      return undefined;
    } catch (error) {
      // An unforeseen error too: a running server does not end because a file cannot be read.
      return error instanceof ConfigError
        ? [...error.messages, ...error.warnings]
        : [`The configuration could not be read: ${error}`];
    }
  }

  /** Sentences about files that were read before and are gone, and about applications that a made-up one would replace. */
  #whatIsLost({ development }: Config): readonly string[] {
    const { directory } = this.#places.source, before = this.#config;
    // Laravel's cache may go (config:clear): the files that it was made from count then.
    const gone = before.files.filter((name) =>
      name !== before.cachedConfig && !existsSync(resolve(directory, name))
    );
    const lost = gone.map((name) =>
      `${name} was read before and is missing now; put it back, or restart the server to go on without it`
    );
    if (!development || before.development) return lost;
    return [...lost, NONE_ANY_MORE];
  }
}
