/** Names an application: by its key, as clients do, or by its id, as API calls do. */
export interface ApplicationName {
  readonly by: "key" | "id";
  readonly value: string;
}

/**
 * What has become of a wait. `settled`: whether there is such an application is known now. `away`: the source of applications has not
 * answered in time. `crowded`: too many others wait.
 */
export type LookupOutcome = "settled" | "away" | "crowded";

/** Looks applications up that are not in the configuration. Implemented in server/directory/. */
export interface ApplicationLookup {
  /**
   * An application is about to be used by a caller. `undefined` where it is known already, or known not to exist; else resolves when
   * that is so, after `apps.wait_seconds` at the latest. Never rejects.
   */
  await(name: ApplicationName, address: string): Promise<LookupOutcome> | undefined;
}
