/**
 * Finds import cycles: for every file, in alphabetical order, a shortest cycle through it unless a cycle that was found
 * before goes through it already. A cycle is the files in import order, the first one repeated at the end.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const reported = new Set<string>();
  for (const file of [...graph.keys()].sort()) {
    if (reported.has(file)) continue;
    const cycle = shortestCycle(graph, file);
    if (cycle === undefined) continue;
    cycles.push(cycle);
    for (const other of cycle) reported.add(other);
  }
  return cycles;
}

/** Breadth first from `start` back to `start`. */
function shortestCycle(graph: ReadonlyMap<string, readonly string[]>, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  let edge = [start];
  while (edge.length > 0) {
    const next: string[] = [];
    for (const file of edge) {
      for (const target of graph.get(file) ?? []) {
        if (target === start) return pathTo(file, start, cameFrom);
        if (cameFrom.has(target)) continue;
        cameFrom.set(target, file);
        next.push(target);
      }
    }
    edge = next;
  }
  return undefined;
}

function pathTo(last: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [start];
  for (let file: string | undefined = last; file !== undefined && file !== start; file = cameFrom.get(file)) {
    path.unshift(file);
  }
  return [start, ...path];
}
