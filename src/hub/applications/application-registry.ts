import type { ApplicationConfig } from "../../config/config.ts";
import type { Digests } from "../../protocol/digests.ts";
import { Application } from "./application.ts";

/** How a new configuration changes the list of applications. */
export interface ApplicationChanges {
  readonly added: readonly Application[];
  /** The applications with new settings, each with the names of these settings (fields of `ApplicationConfig`). */
  readonly changed: readonly ChangedApplication[];
  readonly removed: readonly Application[];
}

/** An application and the names of the settings that changed. */
export interface ChangedApplication {
  readonly application: Application;
  readonly fields: readonly string[];
}

/** Finds an application by its key, which clients name, or by its id, which API calls name. The configuration sees that both are unique. */
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

  /** Takes over a new list of applications. An application whose id is in both lists keeps its object; a new one hashes with `digests`. */
  replace(configs: readonly ApplicationConfig[], digests?: Digests): ApplicationChanges {
    const added: Application[] = [], changed: ChangedApplication[] = [];
    const gone = new Map(this.#byId);
    // Two applications may have exchanged their keys, so the index by key is built again.
    this.#byKey.clear();
    for (const config of configs) {
      let application = gone.get(config.id);
      gone.delete(config.id);
      if (application === undefined) {
        application = new Application(config, digests);
        this.#byId.set(application.id, application);
        added.push(application);
      } else {
        const fields = changedFields(application.settings, config);
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

  /** Adds one application, or gives it new settings. */
  put(config: ApplicationConfig, digests?: Digests): ApplicationChanges {
    const application = this.#byId.get(config.id);
    if (application === undefined) {
      const added = new Application(config, digests);
      this.#byId.set(added.id, added);
      this.#byKey.set(added.key, added);
      return { added: [added], changed: [], removed: [] };
    }
    const fields = changedFields(application.settings, config);
    if (fields.length === 0) return { added: [], changed: [], removed: [] };
    this.#forgetKey(application);
    application.replaceSettings(config);
    this.#byKey.set(application.key, application);
    return { added: [], changed: [{ application, fields }], removed: [] };
  }

  /** Takes one out. */
  remove(id: string): void {
    const application = this.#byId.get(id);
    if (application === undefined) return;
    this.#byId.delete(id);
    this.#forgetKey(application);
  }

  /** Another application may have got its key meanwhile. */
  #forgetKey(application: Application): void {
    if (this.#byKey.get(application.key) === application) this.#byKey.delete(application.key);
  }
}

function changedFields(before: ApplicationConfig, after: ApplicationConfig): string[] {
  const fields = Object.keys(after) as (keyof ApplicationConfig)[];
  // The same reader made both, so that equal settings are equal as JSON.
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}
