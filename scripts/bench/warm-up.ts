/** Windows in a row that must agree, and how much the dearest may be above the cheapest. */
const WINDOWS = 3, TOLERANCE = 1.05;

/** Whether the last three windows cost the same for each piece of work, within 5 %. */
export function isSteady(costs: readonly number[]): boolean {
  const last = costs.slice(-WINDOWS);
  return last.length === WINDOWS && Math.max(...last) <= TOLERANCE * Math.min(...last);
}

/** What an answer of the load client counts, the most telling first. */
const COUNTS = ["deliveries", "calls", "connections", "joins", "events"];

/**
 * How much work an answer of the load client counts: deliveries where there are any, else calls, connections or joins. Throws where it
 * counts nothing.
 */
export function workOf(answer: object): number {
  for (const name of COUNTS) {
    const count: unknown = Object.entries(answer).find(([key]) => key === name)?.[1];
    if (typeof count === "number" && count > 0) return count;
  }
  throw new Error(`the load client has done nothing to warm up: ${JSON.stringify(answer)}`);
}
