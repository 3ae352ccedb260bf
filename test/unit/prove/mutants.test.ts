import { expect, test } from "bun:test";
import { MUTANTS } from "../../../scripts/prove/mutants/mutants.ts";
import { planted } from "../../../scripts/prove/mutants/plant.ts";

test("every planted defect applies to the sources as they are, and changes them", () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  const applied = MUTANTS.map((mutant) => ({ mutant, text: planted(mutant) }));
  expect(applied.filter(({ mutant, text }) => mutant.search === mutant.replace || text === "")).toEqual([]);
});

test("a defect whose text is not there says where", () => {
  const mutant = { ...MUTANTS[0]!, search: "what stands nowhere" };
  expect(() => planted(mutant)).toThrow(
    `The mutant "${mutant.name}" does not apply: src/${mutant.file} has its text 0 times, not once`,
  );
});
