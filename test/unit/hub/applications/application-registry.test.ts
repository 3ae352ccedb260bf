import { expect, test } from "bun:test";
import { Application } from "../../../../src/hub/applications/application.ts";
import { ApplicationRegistry } from "../../../../src/hub/applications/application-registry.ts";
import { applicationConfig } from "../../../support/fake-hub.ts";

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

test("a new list keeps the objects of applications that stay, and names those that were added, changed and removed", () => {
  const one = new Application(applicationConfig({ id: "1", key: "one" }));
  const two = new Application(applicationConfig({ id: "2", key: "two" }));
  const gone = new Application(applicationConfig({ id: "3", key: "three" }));
  const registry = new ApplicationRegistry([one, two, gone]);
  // The first two exchange their keys.
  const changes = registry.replace([
    applicationConfig({ id: "1", key: "two", allowedOrigins: ["laravel.com"] }),
    applicationConfig({ id: "2", key: "one" }),
    applicationConfig({ id: "4", key: "four" }),
  ]);
  expect(changes.changed).toEqual([
    { application: one, fields: ["key", "allowedOrigins"] },
    { application: two, fields: ["key"] },
  ]);
  expect(changes.added.map(({ id }) => id)).toEqual(["4"]);
  expect(changes.removed).toEqual([gone]);
  expect([registry.byKey("one"), registry.byKey("two"), registry.byKey("three"), registry.byId("3")])
    .toEqual([two, one, undefined, undefined]);
  expect([one.key, one.origins.allows("https://evil.org"), one.settings.key]).toEqual(["two", false, "two"]);
  expect(registry.replace([one.settings, two.settings, applicationConfig({ id: "4", key: "four" })]))
    .toEqual({ added: [], changed: [], removed: [] });
});
