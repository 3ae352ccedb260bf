import type { ApplicationConfig } from "../../config/config.ts";
import { ApplicationCounters } from "../../monitoring/application-counters.ts";
import { type Digests, NODE_DIGESTS } from "../../protocol/digests.ts";
import { SigningKey } from "../../protocol/signing-key.ts";
import { OriginPolicy } from "./origin-policy.ts";

/**
 * One tenant: who it is and what it allows. There is one object an id for as long as the server runs: when the
 * configuration is read again its settings are replaced inside it, so that everyone who holds it (each connection does) goes
 * by the new ones without being told. Everything alive that belongs to it is found through its hub.
 */
export class Application {
  readonly id: string;
  /** What happened to it on this node. */
  readonly counters = new ApplicationCounters();
  /** What it signs with, and checks what was signed. */
  readonly digests: Digests;
  #settings: ApplicationConfig;
  #origins: OriginPolicy;
  #signingKey: SigningKey;

  constructor(config: ApplicationConfig, digests = NODE_DIGESTS) {
    this.id = config.id;
    this.digests = digests;
    this.#settings = config;
    this.#origins = new OriginPolicy(config.allowedOrigins);
    this.#signingKey = new SigningKey(config.secret, this.digests);
  }

  get key(): string {
    return this.#settings.key;
  }

  get secret(): string {
    return this.#settings.secret;
  }

  /** Signs with its secret. */
  get signingKey(): SigningKey {
    return this.#signingKey;
  }

  get origins(): OriginPolicy {
    return this.#origins;
  }

  /** Its settings; ask again each time, they may be replaced. */
  get limits(): ApplicationConfig {
    return this.#settings;
  }

  /** Goes by other settings from now on; their id MUST be its own. */
  replaceSettings(config: ApplicationConfig): void {
    this.#settings = config;
    this.#origins = new OriginPolicy(config.allowedOrigins);
    this.#signingKey = new SigningKey(config.secret, this.digests);
  }
}
