import type { ApplicationConfig } from "../../config/config.ts";
import type { Digests } from "../../protocol/digests.ts";
import { Application } from "./application.ts";

/** What a new configuration means for the applications. */
export interface ApplicationChanges {
  readonly added: readonly Application[];
  /** Those that go by other settings now, with the names of the settings (fields of `ApplicationConfig`). */
  readonly changed: readonly ChangedApplication[];
  readonly removed: readonly Application[];
}

/** An application and which of its settings are other ones now. */
export interface ChangedApplication {
  readonly application: Application;
  readonly fields: readonly string[];
}

/** Finds an application: clients name its key, API calls its id. Ids and keys are unique (the configuration's rule). */
export class ApplicationRegistry {
  readonly #byId = new Map<string, Application>();
  readonly #byKey = new Map<string, Application>();

  constructor(applications: Iterable<Application>) {
    for (const application of applications) {
      this.#byId.set(application.id, application);
      this.#byKey.set(application.key, application);
    }
  }

  byId(id: string): Application | undefined {
    return this.#byId.get(id);
  }

  byKey(key: string): Application | undefined {
    return this.#byKey.get(key);
  }

  all(): IterableIterator<Application> {
    return this.#byId.values();
  }

  /** Goes by a new list of applications. Those that are in both lists by their id keep their object; new ones sign with `digests`. */
  replace(configs: readonly ApplicationConfig[], digests?: Digests): ApplicationChanges {
    const added: Application[] = [], changed: ChangedApplication[] = [];
    const gone = new Map(this.#byId);
    // Two applications may have exchanged their keys: the index is made anew.
    this.#byKey.clear();
    for (const config of configs) {
      let application = gone.get(config.id);
      gone.delete(config.id);
      if (application === undefined) {
        application = new Application(config, digests);
        this.#byId.set(application.id, application);
        added.push(application);
      } else {
        const fields = changedFields(application.limits, config);
        if (fields.length > 0) {
          application.replaceSettings(config);
          changed.push({ application, fields });
        }
      }
      this.#byKey.set(application.key, application);
    }
    for (const id of gone.keys()) this.#byId.delete(id);
    return { added, changed, removed: [...gone.values()] };
  }
}

function changedFields(before: ApplicationConfig, after: ApplicationConfig): string[] {
  const fields = Object.keys(after) as (keyof ApplicationConfig)[];
  // Settings are plain data, made by the same reader in the same order.
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}
