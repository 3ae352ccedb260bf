import type { ApplicationReports, ReportedKinds } from "../hub/application-reports.ts";
import type { DepartureMark } from "../hub/cluster/departure-mark.ts";
import { originOf, originOfMember } from "./event-origin.ts";
import type { Departure } from "./held-departures.ts";
import type { SpooledApplication } from "./spooled-state.ts";

/**
 * What is reported of an application after its webhooks have ended: members that were to move to another node and have not come there
 * leave up to 15 seconds later. Only departures are kept, for the next server; all clients are gone, so that nothing else happens.
 */
export class LateDepartures implements ApplicationReports {
  readonly kinds: ReportedKinds;
  readonly #id: string;
  readonly #departures: Departure[] = [];

  constructor(id: string, { occupancy, members }: ReportedKinds) {
    this.#id = id;
    this.kinds = { occupancy, members, counts: false, misses: false };
  }

  /** What has come; `undefined` when nothing has. */
  get unsent(): SpooledApplication | undefined {
    const departures = this.#departures;
    return departures.length === 0 ? undefined : { id: this.#id, departures, queues: [] };
  }

  vacated(channel: string, mark: DepartureMark | undefined): void {
    this.#departures.push({ channel, mark, origin: originOf(channel, undefined) });
  }

  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void {
    this.#departures.push({ channel, userId, mark, origin: originOfMember(userId) });
  }

  connectionOpened(): void {}
  connectionClosed(): void {}
  subscribed(): void {}
  unsubscribed(): void {}
  occupied(): void {}
  memberAdded(): void {}
  clientEvent(): void {}
  cacheMissed(): void {}
  counted(): void {}
}
