import type { Moment } from "../history/operation.ts";

/** An operation on the register of a user: connections join and leave, and a read says whether at least one is there. */
export type Register<Source> =
  & {
    readonly start: Moment;
    /** It has taken effect by then. Absent: by `endMs`, or any time later. */
    readonly end?: Moment;
    readonly endMs?: number;
    readonly entry: Source;
  }
  & (
    | { readonly kind: "read"; readonly isPresent: boolean }
    | {
      readonly kind: "join" | "leave";
      readonly connection: string;
      /** It may never take effect. */
      readonly isOptional?: boolean;
    }
  );

/**
 * Looks for one order of all operations in which every read is right, as Wing and Gong do: an operation may come next when no other that
 * is left was over before it began. Operations of one connection keep their order. Returns `undefined` when there is such an order, else
 * the read at which the longest attempt ends.
 *
 * @param operations sorted by their start
 * @param initially connections that are there in the beginning
 */
export function firstContradiction<Source>(
  operations: readonly Register<Source>[],
  initially: readonly string[],
): Register<Source> | undefined {
  const tried = new Set<string>();
  const done = operations.map(() => false);
  const present = new Set(initially);
  let best = -1, contradiction: Register<Source> | undefined;

  const search = (count: number): boolean => {
    if (count === operations.length) return true;
    const key = done.map((each) => each ? "1" : "0").join("") + [...present].sort().join();
    if (tried.has(key)) return false;
    tried.add(key);
    for (const [index, operation] of operations.entries()) {
      if (done[index] === true || !mayBeNext(operations, done, index)) continue;
      done[index] = true;
      if (operation.kind === "read") {
        if (operation.isPresent === present.size > 0) {
          if (search(count + 1)) return true;
        } else if (count > best) {
          best = count;
          contradiction = operation;
        }
      } else {
        const was = present.has(operation.connection);
        if (operation.kind === "join") present.add(operation.connection);
        else present.delete(operation.connection);
        if (search(count + 1)) return true;
        if (was) present.add(operation.connection);
        else present.delete(operation.connection);
        if (operation.isOptional === true && search(count + 1)) return true;
      }
      done[index] = false;
    }
    return false;
  };
  return search(0) ? undefined : contradiction ?? operations[0];
}

function mayBeNext<Source>(
  operations: readonly Register<Source>[],
  done: readonly boolean[],
  candidate: number,
): boolean {
  const next = operations[candidate]!;
  return operations.every((other, index) => {
    if (done[index] === true || index === candidate) return true;
    if (
      other.kind !== "read" && next.kind !== "read" && other.connection === next.connection &&
      other.start.order <= next.start.order && index < candidate
    ) return false;
    return !isBefore(other, next);
  });
}

function isBefore<Source>(first: Register<Source>, second: Register<Source>): boolean {
  return (first.end?.order ?? Infinity) < second.start.order || (first.endMs ?? Infinity) < second.start.ms;
}
