import type { Connection } from "../connections/connection.ts";
import type { Claim } from "./claim.ts";
import type { CutConnection } from "./cut-connection.ts";
import { HeldPlaces } from "./held-places.ts";
import type { RecoveredHub, RecoveryServices } from "./recovery-services.ts";
import { usersOf } from "./what-has-arrived.ts";

const SECOND = 1000;

/** Holds the places of connections that were cut, on presence channels, for `hold_seconds`. */
export class PlaceKeeper {
  readonly #hub: RecoveredHub;
  readonly #services: Pick<RecoveryServices, "after">;
  /** Those that are held now. */
  readonly #places = new Set<HeldPlaces>();

  constructor(hub: RecoveredHub, services: Pick<RecoveryServices, "after">) {
    this.#hub = hub;
    this.#services = services;
  }

  /** Gives up all places that are held: no client comes back to this process. */
  releaseAll(): void {
    for (const places of [...this.#places]) places.releaseAll();
  }

  /** Holds the places of a connection for `hold_seconds`. */
  hold(cut: CutConnection, { application }: Connection): HeldPlaces | undefined {
    const { holdSeconds } = application.settings.recovery;
    if (holdSeconds === 0 || cut.users.length === 0) return undefined;
    const earlier = cut.places,
      places = cut.places = new HeldPlaces((channel) => this.#hub.placeReleased(channel));
    if (earlier !== undefined) places.takeOver(earlier);
    this.#places.add(places);
    this.#services.after(holdSeconds * SECOND, () => {
      places.releaseAll();
      this.#places.delete(places);
      if (cut.places === places) cut.places = undefined;
    });
    return places;
  }

  /** Holds the places of a return that was cut before it had answered, for those that it was the return of. */
  holdAgain(claim: Claim | undefined, connection: Connection): HeldPlaces | undefined {
    const users = usersOf(connection);
    const cut = users.length === 0 ? undefined : claim?.heldFor(users);
    return cut === undefined ? undefined : this.hold(cut, connection);
  }
}
