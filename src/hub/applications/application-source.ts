import type { ApplicationConfig } from "../../config/config.ts";
import type { ApplicationName } from "./application-lookup.ts";

/** An application as a source has it. */
export interface FoundApplication {
  readonly config: ApplicationConfig;
  /** Seconds for which it counts; `undefined` for as long as the settings say. */
  readonly seconds?: number | undefined;
}

/** What a source says of one of several ids: the application, or why it cannot be used. */
export type SourceAnswer =
  | { readonly id: string; readonly found: FoundApplication }
  | { readonly id: string; readonly fault: string };

/** Thrown by a source that has an application which cannot be used. The message names the fault, never a secret. */
export class UnusableApplication extends Error {
  override readonly name = "UnusableApplication";
}

/** Where applications are that are not in the configuration. Implemented in server/directory/. */
export interface ApplicationSource {
  /** Where it is, for messages. Without secrets. */
  readonly place: string;
  /** Whether it can tell "there is no such application" from "there is nothing at all", which counts as away. */
  readonly seesEmpty: boolean;
  /**
   * The application of a name; `undefined` where there is none. Rejects with an {@link UnusableApplication}, or with the reason why
   * the source cannot be asked.
   */
  find(name: ApplicationName): Promise<FoundApplication | undefined>;
  /** Several by their ids at once, as `find`; those that are not there are left out. Missing where it takes a question for each. */
  findAll?(ids: readonly string[]): Promise<readonly SourceAnswer[]>;
  /** The names of applications that have changed, or come, since the last call. Missing where that cannot be seen. */
  changed?(): Promise<readonly ApplicationName[]>;
  close(): Promise<void>;
}
