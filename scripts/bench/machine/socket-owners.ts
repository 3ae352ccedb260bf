import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const ESTABLISHED = "01", LISTENS = "0A";

/** A TCP socket on the server's side. */
export interface ServerSocket {
  /** The client's port; 0 of one that listens. */
  readonly remotePort: number;
  readonly inode: string;
}

/** The sockets of a port in the text of `/proc/net/tcp` that are connected, or those that listen. */
export function socketsAt(table: string, port: number, state: "connected" | "listening"): ServerSocket[] {
  return table.split("\n").slice(1).flatMap((line) => {
    const [, local = "", remote = "", kind, , , , , , inode = ""] = line.trim().split(/\s+/);
    const isWanted = portOf(local) === port && kind === (state === "connected" ? ESTABLISHED : LISTENS);
    return isWanted ? [{ remotePort: portOf(remote), inode }] : [];
  });
}

/** Finds which of some processes serves each connection to a port, by the client's port. Linux only. */
export function ownersOf(port: number, pids: readonly number[]): ReadonlyMap<number, number> {
  const inodes = new Map(pids.flatMap((pid) => socketInodes(pid).map((inode) => [inode, pid] as const)));
  const sockets = socketsAt(readFileSync("/proc/net/tcp", "utf8"), port, "connected");
  return new Map(sockets.flatMap(({ remotePort, inode }): [number, number][] => {
    const owner = inodes.get(inode);
    return owner === undefined ? [] : [[remotePort, owner]];
  }));
}

/** Those of some processes that listen at a port. Linux only. */
export function listenersAt(port: number, pids: readonly number[]): number[] {
  const sockets = socketsAt(readFileSync("/proc/net/tcp", "utf8"), port, "listening");
  const wanted = new Set(sockets.map(({ inode }) => inode));
  return pids.filter((pid) => socketInodes(pid).some((inode) => wanted.has(inode)));
}

/** The processes that a process has started and that are alive. Linux only. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter((text) => text !== "")
    .map(Number);
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(":") + 1), 16);
}

function socketInodes(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      // Closed since the folder was read.
      return [];
    }
  });
}
