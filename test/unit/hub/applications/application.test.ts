import { expect, test } from "bun:test";
import { Application } from "../../../../src/hub/applications/application.ts";
import { applicationConfig, FakeHub } from "../../../support/fake-hub.ts";

test("an application that was not used for a whole second gives back what can be made again", () => {
  const application = new Application(applicationConfig({ allowedOrigins: ["laravel.com"] }));
  const { signingKey, origins } = application, signature = signingKey.sign("text");
  application.rest();
  expect(application.signingKey).toBe(signingKey);
  application.rest();
  expect(application.origins).toBe(origins);
  application.rest();
  application.rest();
  expect(application.signingKey).not.toBe(signingKey);
  expect(application.signingKey.sign("text")).toBe(signature);
  expect(application.origins).not.toBe(origins);
  expect([application.origins.allows("https://laravel.com"), application.origins.allows(null)]).toEqual([
    true,
    false,
  ]);
});

test("a hub lets its application rest only while it has no clients", () => {
  const fake = new FakeHub(), { application } = fake.hub, before = application.signingKey;
  const { connection } = fake.connect();
  for (let seconds = 0; seconds < 3; seconds++) fake.hub.tick();
  expect(application.signingKey).toBe(before);
  fake.hub.connections.remove(connection);
  for (let seconds = 0; seconds < 3; seconds++) fake.hub.tick();
  expect(application.signingKey).not.toBe(before);
});
