import { expect, test } from "bun:test";
import { Application } from "../../../src/applications/application.ts";
import { ApplicationRegistry } from "../../../src/applications/application-registry.ts";
import { applicationConfig } from "../../support/fake-hub.ts";

test("applications are found by id and by key, exactly", () => {
  const one = new Application(applicationConfig({ id: "1", key: "one" }));
  const two = new Application(applicationConfig({ id: "2", key: "1" }));
  const registry = new ApplicationRegistry([one, two]);
  expect([registry.byId("1"), registry.byId("2"), registry.byKey("1"), registry.byKey("one")]).toEqual([
    one,
    two,
    two,
    one,
  ]);
  for (const name of ["", "3", "ONE", "constructor", "__proto__"]) {
    expect([registry.byId(name), registry.byKey(name)]).toEqual([undefined, undefined]);
  }
  expect([...registry.all()]).toEqual([one, two]);
});
