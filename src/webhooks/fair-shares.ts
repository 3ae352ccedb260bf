import type { EventOrigin } from "./event-origin.ts";
import { type Link, LinkedList } from "./linked-list.ts";
import { SizeClasses, type Sized } from "./size-classes.ts";

/** What one connection has caused. */
class ConnectionShare<T> implements Sized<ConnectionShare<T>> {
  readonly name: string;
  readonly address: AddressShare<T>;
  /** The oldest first. */
  readonly parts = new LinkedList<Part<T>>();
  size = 0;
  sizeClass = -1;
  link: Link<ConnectionShare<T>> | undefined = undefined;

  constructor(name: string, address: AddressShare<T>) {
    this.name = name;
    this.address = address;
  }
}

/** What the connections of one address have caused. */
class AddressShare<T> implements Sized<AddressShare<T>> {
  readonly name: string;
  readonly tier: Tier<T>;
  readonly connections = new Map<string, ConnectionShare<T>>();
  readonly bySize = new SizeClasses<ConnectionShare<T>>();
  size = 0;
  sizeClass = -1;
  link: Link<AddressShare<T>> | undefined = undefined;

  constructor(name: string, tier: Tier<T>) {
    this.name = name;
    this.tier = tier;
  }
}

/** All that was caused with a signature, or all that was caused without. */
class Tier<T> {
  readonly addresses = new Map<string, AddressShare<T>>();
  readonly bySize = new SizeClasses<AddressShare<T>>();
  length = 0;

  /** The share that is the first to lose something. The connections of one address, such as a proxy's or an office's, count together first. */
  get largest(): ConnectionShare<T> | undefined {
    return this.bySize.largest?.bySize.largest;
  }
}

/** A value in the share of its origin. */
export class Part<T> {
  readonly value: T;
  readonly size: number;
  readonly share: ConnectionShare<T>;
  readonly link: Link<Part<T>>;

  constructor(value: T, size: number, share: ConnectionShare<T>, isOldest: boolean) {
    this.value = value;
    this.size = size;
    this.share = share;
    this.link = isOldest ? share.parts.unshift(this) : share.parts.push(this);
  }
}

/** The value that is the first to be given up. */
export interface FirstToGo<T> {
  readonly value: T;
  /** The connection that has caused it. */
  readonly address: string;
  readonly connection: string;
  /** Whether the connection has more than an equal share of everything. */
  readonly isOverShare: boolean;
}

/**
 * Which values are given up first when there are too many: those whose origin has the most of them. What any client can cause goes
 * before what needs a signature of the application; but a connection with signatures goes first where it has more than one eighth of
 * everything, and more than any connection without.
 */
export class FairShares<T> {
  readonly #open = new Tier<T>();
  readonly #signed = new Tier<T>();
  #size = 0;
  #connections = 0;

  /** Adds a value, the youngest of its origin unless `isOldest`. `size` is in any unit, and above 0. */
  add(value: T, { isSigned, address, connection }: EventOrigin, size: number, isOldest = false): Part<T> {
    const tier = isSigned ? this.#signed : this.#open;
    let byAddress = tier.addresses.get(address);
    if (byAddress === undefined) tier.addresses.set(address, byAddress = new AddressShare(address, tier));
    let share = byAddress.connections.get(connection);
    if (share === undefined) {
      byAddress.connections.set(connection, share = new ConnectionShare(connection, byAddress));
      this.#connections++;
    }
    this.#resize(share, size);
    tier.length++;
    return new Part(value, size, share, isOldest);
  }

  /** Removes a value, which MUST be here. */
  remove({ size, share, link }: Part<T>): void {
    share.parts.remove(link);
    this.#resize(share, -size);
    const { address } = share;
    address.tier.length--;
    if (share.size > 0) return;
    address.connections.delete(share.name);
    this.#connections--;
    if (address.size === 0) address.tier.addresses.delete(address.name);
  }

  /** The value that is to be given up first, the oldest of its origin; `undefined` when there is none. */
  get firstToGo(): FirstToGo<T> | undefined {
    const open = this.#open.largest, signed = this.#signed.largest;
    const isSignedFirst = signed !== undefined &&
      (open === undefined || signed.size > open.size && signed.size > this.#size / 8);
    return this.#oldestOf(isSignedFirst ? signed : open);
  }

  /** How many values there are that any client can cause. */
  get openLength(): number {
    return this.#open.length;
  }

  /** As `firstToGo`, among the values that any client can cause. */
  get firstOpenToGo(): FirstToGo<T> | undefined {
    return this.#oldestOf(this.#open.largest);
  }

  #oldestOf(share: ConnectionShare<T> | undefined): FirstToGo<T> | undefined {
    const part = share?.parts.first;
    if (share === undefined || part === undefined) return undefined;
    return {
      value: part.value,
      address: share.address.name,
      connection: share.name,
      isOverShare: share.size * this.#connections > this.#size,
    };
  }

  #resize(share: ConnectionShare<T>, difference: number): void {
    const { address } = share;
    this.#size += difference;
    address.bySize.resize(share, difference);
    address.tier.bySize.resize(address, difference);
  }
}
