import type { ApplicationConfig } from "../../config/config.ts";
import { ApplicationCounters } from "../../monitoring/application-counters.ts";
import { type Digests, NODE_DIGESTS } from "../../protocol/digests.ts";
import { SigningKey } from "../../protocol/signing-key.ts";
import { OriginPolicy } from "./origin-policy.ts";

/**
 * One tenant: its id, its key and secret, its settings. Each id has one object for as long as the server runs. A reload replaces
 * the settings inside that object, so that every connection, which holds it, sees the new ones. The application's hub has all of
 * its connections, channels and users.
 */
export class Application {
  readonly id: string;
  /** Its counters on this node. */
  readonly counters = new ApplicationCounters();
  /** The hashes for its signatures. */
  readonly digests: Digests;
  #settings: ApplicationConfig;
  /** These are made when they are needed: the key takes 5 KB. */
  #origins: OriginPolicy | undefined;
  #signingKey: SigningKey | undefined;
  /** Whether one of them was asked for since the last call of `rest`. */
  #isUsed = false;

  constructor(config: ApplicationConfig, digests = NODE_DIGESTS) {
    this.id = config.id;
    this.digests = digests;
    this.#settings = config;
  }

  get key(): string {
    return this.#settings.key;
  }

  get secret(): string {
    return this.#settings.secret;
  }

  /** Signs texts with its secret. */
  get signingKey(): SigningKey {
    this.#isUsed = true;
    return this.#signingKey ??= new SigningKey(this.#settings.secret, this.digests);
  }

  /** Called every second while it has no clients. Gives back what can be made again, unless it was used since the last call. */
  rest(): void {
    if (this.#isUsed) {
      this.#isUsed = false;
      return;
    }
    this.#origins = undefined;
    this.#signingKey = undefined;
  }

  get origins(): OriginPolicy {
    this.#isUsed = true;
    return this.#origins ??= new OriginPolicy(this.#settings.allowedOrigins);
  }

  /** Its settings, the secret among them. Ask for them each time, since a reload replaces them. */
  get settings(): ApplicationConfig {
    return this.#settings;
  }

  /** Replaces the settings; their id MUST be its own. */
  replaceSettings(config: ApplicationConfig): void {
    this.#settings = config;
    this.#origins = undefined;
    this.#signingKey = undefined;
  }
}
