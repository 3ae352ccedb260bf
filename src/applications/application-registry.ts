import type { Application } from "./application.ts";

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
}
