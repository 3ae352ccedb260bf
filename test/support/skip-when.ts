/**
 * For `test.skipIf(skipWhen(redis === undefined, "Redis: redis-server is not installed"))`: returns its argument and, when it is
 * true, prints the line that `bun run test` collects. In CI the run fails when the reason names Redis, Deno or the binary.
 */
export function skipWhen(missing: boolean, reason: string): boolean {
  if (missing) console.log(`SKIP: ${reason}`);
  return missing;
}
