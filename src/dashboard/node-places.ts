/** What stands beside what is shown, to say whose it is. */
export interface NodePlaces {
  /** How this node is called where its part of something is shown; empty where there is no other. */
  readonly here: string;
  /** How all of them are called; empty where this is the only one. */
  readonly everywhere: string;
}

/** The places of a server. `worker` is its number where it is one of several processes. */
export function nodePlaces(isShared: boolean, worker: number | undefined): NodePlaces {
  if (!isShared) return { here: "", everywhere: "" };
  return { here: worker === undefined ? "on this node" : `on worker ${worker}`, everywhere: "on all nodes" };
}
