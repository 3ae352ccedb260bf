import type { Application } from "../applications/application.ts";
import { clientNetwork } from "../connections/client-network.ts";
import type { Connection } from "../connections/connection.ts";
import type { ChannelKind } from "../../protocol/channel-name.ts";
import type { Channel } from "./channel.ts";

/** Once more than half of a bound is used, a connection that has fewer channels than this gets more of them. */
const FEW = 16;

/** The same for the connections of an address that has more than {@link FEW} and more than one in {@link CROWD} of `max_channels`. */
const FEW_IN_CROWD = 4, CROWD = 32;

/** Bytes of a name that such a connection may have on average, once more than half of `max_channel_bytes` is used. */
const NAME_BYTES = 64;

/** The channels of one sort that are open on this node. */
interface OpenChannels {
  channels: number;
  /** Bytes of their names as UTF-8. */
  bytes: number;
}

/**
 * Bounds the channels of an application on this node, and the bytes of their names. Public channels, which cost an attacker nothing
 * but the key, have a bound of their own, so that they take no room from private and presence channels. Up to half of the bound every
 * connection gets what it asks for. The other half is for connections with few channels: those that have many are refused first, and
 * among the rest those whose address has many. So a client that comes late finds room even where a few connections, or a few
 * addresses with any number of them, have all that they could get.
 */
export class ChannelBudget {
  readonly #application: Application;
  readonly #connections: Iterable<Connection>;
  readonly #public: OpenChannels = { channels: 0, bytes: 0 };
  readonly #signed: OpenChannels = { channels: 0, bytes: 0 };
  /** Subscriptions by the network of the client; `undefined` as long as there is so much room that they do not matter. */
  #byNetwork: Map<string, number> | undefined;

  /** `connections` are those of the application on this node. */
  constructor(application: Application, connections: Iterable<Connection>) {
    this.#application = application;
    this.#connections = connections;
  }

  /** Why a connection may not open a channel, as a sentence without a full stop; `undefined` when it may. */
  faultOf(connection: Connection, name: string, kind: ChannelKind): string | undefined {
    const { maxChannels, maxChannelBytes } = this.#application.settings;
    const open = this.#open(kind), nameBytes = Buffer.byteLength(name);
    const channels = open.channels + 1, bytes = open.bytes + nameBytes;
    if (channels > maxChannels || bytes > maxChannelBytes) {
      return `the application has as many channels here, or as long names of them, as it may have (max_channels is ` +
        `${maxChannels}, max_channel_bytes ${maxChannelBytes})`;
    }
    const areNamesLong = 2 * bytes > maxChannelBytes;
    if (2 * channels <= maxChannels && !areNamesLong) return undefined;

    const isCrowded = this.#heldAt(connection.address) > Math.max(FEW, maxChannels / CROWD);
    const few = isCrowded ? FEW_IN_CROWD : FEW, held = connection.subscriptions;
    if ((held?.size ?? 0) < few && !(areNamesLong && bytesOf(held) + nameBytes > few * NAME_BYTES)) {
      return undefined;
    }
    return `the application has more than half of the channels, or of their names' bytes, that it may have here, and ` +
      `${isCrowded ? "this connection of an address with many" : "this connection"} has ${
        held?.size ?? 0
      } of them ` +
      `(max_channels, max_channel_bytes)`;
  }

  /** A channel is open from now on. */
  opened({ name, kind }: Channel): void {
    const open = this.#open(kind);
    open.channels++;
    open.bytes += Buffer.byteLength(name);
  }

  /** A channel has lost its last subscription on this node. */
  closed({ name, kind }: Channel): void {
    const open = this.#open(kind);
    open.channels--;
    open.bytes -= Buffer.byteLength(name);
    // Not at a half: a client that opens and closes a channel there would have all connections counted each time.
    if (this.#byNetwork !== undefined && this.#isBelow(3 / 8)) this.#byNetwork = undefined;
  }

  /** A connection has a subscription more (`by` is 1) or one less (-1). */
  subscriptionsChanged({ address }: Connection, by: 1 | -1): void {
    if (this.#byNetwork !== undefined) add(this.#byNetwork, clientNetwork(address), by);
  }

  #open({ access }: ChannelKind): OpenChannels {
    return access === "public" ? this.#public : this.#signed;
  }

  /** Subscriptions of all connections that come from where this address is. */
  #heldAt(address: string): number {
    let held = this.#byNetwork;
    if (held === undefined) {
      held = this.#byNetwork = new Map();
      for (const { address, subscriptions } of this.#connections) {
        if (subscriptions !== undefined) add(held, clientNetwork(address), subscriptions.size);
      }
    }
    return held.get(clientNetwork(address)) ?? 0;
  }

  #isBelow(share: number): boolean {
    const { maxChannels, maxChannelBytes } = this.#application.settings;
    return [this.#public, this.#signed].every(({ channels, bytes }) =>
      channels < share * maxChannels && bytes < share * maxChannelBytes
    );
  }
}

function add(held: Map<string, number>, network: string, count: number): void {
  const now = (held.get(network) ?? 0) + count;
  if (now > 0) held.set(network, now);
  else held.delete(network);
}

function bytesOf(subscriptions: Connection["subscriptions"]): number {
  let bytes = 0;
  for (const name of subscriptions?.keys() ?? []) bytes += Buffer.byteLength(name);
  return bytes;
}
