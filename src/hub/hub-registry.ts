import { Application } from "./applications/application.ts";
import { type ApplicationChanges, ApplicationRegistry } from "./applications/application-registry.ts";
import type { ApplicationConfig } from "../config/config.ts";
import { ChannelNumbers } from "./channels/topic.ts";
import { Hub, type HubServices } from "./hub.ts";

/** The hubs of all applications on this node. */
export class HubRegistry {
  readonly #services: HubServices;
  readonly #applications: ApplicationRegistry;
  readonly #hubs = new Map<string, Hub>();

  constructor(configs: readonly ApplicationConfig[], services: Omit<HubServices, "channelNumbers">) {
    this.#services = { ...services, channelNumbers: new ChannelNumbers() };
    this.#applications = new ApplicationRegistry(
      configs.map((each) => new Application(each, services.digests)),
    );
    for (const application of this.#applications.all()) this.#open(application);
  }

  byId(id: string): Hub | undefined {
    return this.#hubs.get(id);
  }

  byKey(key: string): Hub | undefined {
    const application = this.#applications.byKey(key);
    return application === undefined ? undefined : this.#hubs.get(application.id);
  }

  [Symbol.iterator](): IterableIterator<Hub> {
    return this.#hubs.values();
  }

  /** As `Hub.bring`, for all of them. */
  bring(): void {
    for (const hub of this.#hubs.values()) hub.bring();
  }

  /**
   * Takes over a new list of applications. Clients of an application that stays notice nothing. Clients of one that was removed are
   * closed with 4001, as a new connection would be, so that they do not reconnect: after any other code each of them would
   * connect once more and then be closed with 4001.
   */
  replace(configs: readonly ApplicationConfig[]): ApplicationChanges {
    const changes = this.#applications.replace(configs, this.#services.digests);
    for (const application of changes.added) this.#open(application);
    for (const { application: { id } } of changes.changed) this.#changed(id);
    for (const { id } of changes.removed) this.#close(id);
    return changes;
  }

  /** Adds one application, or gives it new settings, as `replace` does. */
  put(config: ApplicationConfig): ApplicationChanges {
    const changes = this.#applications.put(config, this.#services.digests);
    for (const application of changes.added) this.#open(application);
    for (const { application: { id } } of changes.changed) this.#changed(id);
    return changes;
  }

  /** Takes out one application, as `replace` does; `detail` is why its clients are closed. */
  remove(id: string, detail: string): void {
    this.#applications.remove(id);
    this.#close(id, detail);
  }

  #open(application: Application): void {
    this.#hubs.set(application.id, new Hub(application, this.#services));
    this.#services.monitor.counters.applications.set(application.id, application.counters);
  }

  #changed(id: string): void {
    const hub = this.#hubs.get(id);
    if (hub === undefined) return;
    hub.settingsChanged();
    if (hub.application.settings.enabled) return;
    const detail = "the application was disabled (enabled)";
    for (const connection of hub.clients()) hub.delivery.refuse(connection, "application_disabled", detail);
  }

  #close(id: string, detail = "the application is no longer in the configuration"): void {
    const hub = this.#hubs.get(id);
    if (hub === undefined) return;
    this.#hubs.delete(id);
    this.#services.monitor.counters.applications.delete(id);
    hub.cache.forget(id);
    hub.endRecovery();
    // A copy, since closing removes connections from where they are.
    for (const connection of hub.clients()) hub.delivery.refuse(connection, "unknown_application", detail);
  }
}
