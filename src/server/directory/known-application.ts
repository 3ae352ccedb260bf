import type { ApplicationConfig } from "../../config/config.ts";

/** An application that the source was asked for, and until when that counts. Times are in seconds. */
export interface KnownApplication {
  readonly id: string;
  /** As the source has it. */
  config: ApplicationConfig;
  askedAt: number;
  expiresAt: number;
  /** When a client or call has used it last. */
  usedAt: number;
  /** Whether it is asked for in the background. */
  isRefreshing: boolean;
  /** Whether the source has said that it is gone or disabled, and is asked again before its clients are closed. */
  isSuspect: boolean;
}
