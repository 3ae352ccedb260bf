import { errorMessage } from "../failures/error-reason.ts";
import type { ListenError } from "../runtime/listen-error.ts";
import type { HttpListener, PlaceSharing, SocketGroup } from "../runtime/runtime.ts";

/** A place on which a server listens, as the next process has to know it to take it over. */
export interface HeldPlace {
  readonly owner: ListenError["listener"];
  /** As configured: an address, or `unix:` and a path. */
  readonly host: string;
  /** As configured; 0 for any free port. */
  readonly port: number;
  /** The port that it got. */
  readonly got: number;
}

/** Where the process before this one listens, or has listened. */
export interface PlacesBefore {
  readonly places: readonly HeldPlace[];
  /** Whether it still does, and this process may listen there too. */
  readonly areShared: boolean;
}

/** Where to listen, and whether a server of another process listens there that shares the place. */
export interface PlaceToOpen {
  readonly port: number;
  readonly takesOver: boolean;
}

interface OpenPlace {
  readonly held: HeldPlace;
  readonly takesOver: boolean;
  readonly listener: HttpListener;
}

/** Everything on which a server listens: the clients' port and those beside it. They go over to the next process together. */
export class OpenPlaces {
  readonly #before: readonly HeldPlace[];
  readonly #areShared: boolean;
  readonly #open: OpenPlace[] = [];

  /** `before` are the places of the process before this one, which shares them now or has left them. */
  constructor({ places, areShared }: PlacesBefore = { places: [], areShared: false }) {
    this.#before = places;
    this.#areShared = areShared;
  }

  /** Listens on a place, beside the process before where that listens on the same. Passes the errors on. */
  open<L extends HttpListener>(
    { owner, host, port }: Omit<HeldPlace, "got">,
    listen: (at: PlaceToOpen) => L,
  ): L {
    const before = this.#before.find((each) => isSame(each, { owner, host, port }));
    const takesOver = before !== undefined && this.#areShared,
      listener = listen({ port: before?.got ?? port, takesOver });
    this.#open.push({ held: { owner, host, port, got: listener.port }, takesOver, listener });
    return listener;
  }

  get held(): readonly HeldPlace[] {
    return this.#open.map(({ held }) => held);
  }

  /** Whether the clients of the process before find this one: it listens where that one has. */
  get takesClients(): boolean {
    return this.#open.some(({ held }) =>
      held.owner === "server" && this.#before.some((each) => isSame(each, held))
    );
  }

  /** Whether they can go over to another process on this system. */
  get canMove(): boolean {
    return this.#open.every(({ listener }) => listener.sharing !== undefined);
  }

  /** The next process may listen on all of them too. Throws with the reason, and then it may on none. */
  share(): void {
    try {
      for (const { sharing } of this.#sharing()) sharing.share(true);
    } catch (error) {
      this.unshare();
      throw error;
    }
  }

  /** Only this process may listen on them. */
  unshare(): void {
    for (const { sharing } of this.#sharing()) {
      try {
        sharing.share(false);
      } catch {
        // It is closed, or was never shared.
      }
    }
  }

  /**
   * New connections come to this process alone, on the places that it takes over; on all places to any of the group's next sockets, where
   * a group is given. Returns why some may not.
   */
  steer(group?: SocketGroup): readonly string[] {
    return this.#sharing().flatMap(({ sharing, takesOver, held: { host, got } }) => {
      try {
        if (group !== undefined) sharing.steer(group);
        else if (takesOver) sharing.steer({ before: 1, next: 1 });
        return [];
      } catch (error) {
        return [`${host}:${got}: ${errorMessage(error)}`];
      }
    });
  }

  /** The system makes no new connections on them, where it can: `stopListening` MUST follow. */
  holdBack(): void {
    for (const { sharing } of this.#sharing()) {
      try {
        sharing.holdBack();
      } catch {
        // The system refuses: what waits when the port is closed is reset.
      }
    }
  }

  stopListening(): void {
    for (const { listener } of this.#open) listener.stopListening();
  }

  /** Listens on all of them once more, after `stopListening`. Throws a `ListenError`. */
  listenAgain(): void {
    for (const { sharing } of this.#sharing()) sharing.listenAgain(false);
  }

  #sharing(): readonly (OpenPlace & { readonly sharing: PlaceSharing })[] {
    return this.#open.flatMap((place) => {
      const { sharing } = place.listener;
      return sharing === undefined ? [] : [{ ...place, sharing }];
    });
  }
}

function isSame(one: Omit<HeldPlace, "got">, other: Omit<HeldPlace, "got">): boolean {
  return one.owner === other.owner && one.host === other.host && one.port === other.port;
}
