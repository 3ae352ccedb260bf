import type { RedisAddress } from "../config/config.ts";
import { SLOTS } from "./key-slot.ts";

/** Which master has which slots. */
export interface SlotMap {
  /** By `host:port`. */
  readonly masters: ReadonlyMap<string, RedisAddress>;
  /** The master of each slot, as a key of `masters`. */
  readonly bySlot: readonly string[];
}

/**
 * Reads the answer to CLUSTER SLOTS. `asked` is the server that answered: one that does not know its own address leaves it empty. Throws
 * when a slot has no master.
 */
export function readSlotMap(answer: unknown, asked: RedisAddress): SlotMap {
  const masters = new Map<string, RedisAddress>();
  const bySlot: string[] = new Array<string>(SLOTS).fill("");
  for (const range of Array.isArray(answer) ? answer : []) {
    const [from, to, master] = Array.isArray(range) ? range : [];
    const [host, port] = Array.isArray(master) ? master : [];
    const address: RedisAddress = { host: String(host ?? "") || asked.host, port: Number(port) };
    const name = addressName(address);
    masters.set(name, address);
    bySlot.fill(name, Number(from), Number(to) + 1);
  }
  const missing = bySlot.filter((name) => name === "").length;
  if (missing > 0) throw new Error(`CLUSTERDOWN ${missing} slots of the Redis Cluster have no master`);
  return { masters, bySlot };
}

/** `host:port`, as the name of a server. */
export function addressName({ host, port }: RedisAddress): string {
  return `${host}:${port}`;
}
