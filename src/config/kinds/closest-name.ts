/**
 * The name of a list that a misspelt one is most likely meant to be, or `undefined` when none is near. Upper and lower case count as
 * the same. At most `most` letters may differ; by default a third of them, but always two.
 */
export function closestName(
  written: string,
  names: Iterable<string>,
  most: number = Math.max(2, Math.floor(written.length / 3)),
): string | undefined {
  let closest: string | undefined;
  let least = most + 1;
  for (const name of names) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance < least) {
      least = distance;
      closest = name;
    }
  }
  return closest;
}

/** Letters to insert, delete or replace to make one text of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  // A key may be of any length; beyond this it resembles nothing, and the work grows with the product.
  if (from.length > 100) return Infinity;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? Infinity;
}
