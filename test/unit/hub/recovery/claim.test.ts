import { expect, test } from "bun:test";
import { Claim } from "../../../../src/hub/recovery/claim.ts";
import { CutConnection } from "../../../../src/hub/recovery/cut-connection.ts";

test("what is not known of a node that died stays unknown when the client has gone on in other channels", () => {
  const claim = new Claim(0, 120_000, () => false),
    cut = new CutConnection({
      ...{ name: "one", origin: null, socketIds: [], users: [], positions: new Map(), before: new Map() },
      until: 120_000,
      isUnsure: true,
    });
  expect(claim.isUnsure(1)).toBe(false);
  claim.add(cut);
  expect(claim.isUnsure(1)).toBe(true);
  cut.isTaken = true;
  expect([claim.isUnsure(29_999), claim.isUnsure(30_000)]).toEqual([true, false]);
});

test("a name of which nothing is known leaves it unsure what the client was on, where it may be that of its last connection", () => {
  const claim = new Claim(0, 120_000, (name) => name === "young");
  claim.unknown.add("old");
  expect(claim.isUnsure(1)).toBe(false);
  claim.unknown.add("young");
  expect([claim.isUnsure(1), claim.isUnsure(30_000)]).toEqual([true, false]);
});
