import { tryMutants } from "./try-mutants.ts";

/**
 * Plants each defect and says whether the checkers find it, and in how many plans. Resolves with whether all were found, and nothing in
 * the sources as they are.
 */
export async function proveMutants(first: number, say: (line: string) => void): Promise<boolean> {
  const begun = performance.now();
  let tried = 0, missed = 0, isClean = true;
  for await (const { mutant, hunted: { plans, says }, ms } of tryMutants(first)) {
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    if (mutant === undefined) {
      isClean = plans === undefined;
      say(isClean ? `the sources as they are: clean, ${seconds}` : `the sources as they are FAIL: ${says}`);
      continue;
    }
    tried++;
    if (plans === undefined) missed++;
    say(
      plans === undefined
        ? `NOT FOUND: ${mutant.name} (${seconds})`
        : `found: ${mutant.name}, plan ${plans}, ${seconds}: ${says}`,
    );
  }
  say(
    `${tried - missed} of ${tried} planted defects found in ${
      ((performance.now() - begun) / 1000).toFixed(0)
    } s`,
  );
  return isClean && missed === 0;
}
