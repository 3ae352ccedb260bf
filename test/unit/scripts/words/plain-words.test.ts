import { beforeAll, expect, test } from "bun:test";
import { checkDocument } from "../../../../scripts/check-words.ts";
import { AVOIDED_WORDS } from "../../../../scripts/words/avoided-words.ts";
import { type Finding, runLintPlugin } from "../../../support/lint-plugin.ts";

/** The words of the list as they stand in a text; this file would have findings of its own if it spelt them out. */
const [WHO, GOES] = ["who" + "ever", "goes" + " by"];

const SOURCE = `/**
 * For ${WHO} asks. It ${GOES.replace(" ", "\n * ")} the clock.
 */
export function ${WHO}(): string { // ${WHO}
  log("${WHO} comes", \`\${1} ${WHO} \${2}\`, "${WHO}", \`${WHO}\`, /${WHO} x/);
  return <p>${WHO}</p>;
}`;

let findings: readonly Finding[] = [];
beforeAll(async () => {
  [findings = []] = await runLintPlugin([{ "src/http/a.tsx": SOURCE }]);
});

test("comments and sentences in strings do without the words of the list; names and single values may have them", () => {
  expect(findings.map(({ rule, line }) => `${rule}:${line}`)).toEqual(
    [2, 2, 5, 6, 6, 7].map((line) => `resound/plain-words:${line}`),
  );
  expect(findings[1]?.message).toStartWith(`"${GOES}" leaves open what is meant`);
});

test("documents are checked as a whole", () => {
  expect(checkDocument("README.md", `# A\n\nFor ${WHO.toUpperCase()} ${GOES} it, some${"one"} else.\n`))
    .toEqual([
      `README.md:3:5 "${WHO.toUpperCase()}"`,
      `README.md:3:13 "${GOES}"`,
      `README.md:3:25 "some${"one"}"`,
    ]);
  expect(checkDocument("README.md", "A client goes. By then everyone is told; nothing matters.")).toEqual([]);
});

test("the list has each word once, in small letters", () => {
  expect(new Set(AVOIDED_WORDS).size).toBe(AVOIDED_WORDS.length);
  for (const word of AVOIDED_WORDS) expect(word).toMatch(/^[a-z]+(_[a-z]+)*$/);
});
