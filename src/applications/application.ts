import type { ApplicationConfig } from "../config/config.ts";
import { OriginPolicy } from "./origin-policy.ts";

/** One tenant: who it is and what it allows. Everything alive that belongs to it is found through its hub. */
export class Application {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly origins: OriginPolicy;
  /** Its settings. */
  readonly limits: ApplicationConfig;

  constructor(config: ApplicationConfig) {
    this.id = config.id;
    this.key = config.key;
    this.secret = config.secret;
    this.limits = config;
    this.origins = new OriginPolicy(config.allowedOrigins);
  }
}
