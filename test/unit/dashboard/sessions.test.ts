import { describe, expect, test } from "bun:test";
import { Sessions } from "../../../src/dashboard/sessions.ts";
import type { Hub } from "../../../src/hub/hub.ts";
import { applicationConfig, FakeHub } from "../../support/fake-hub.ts";

function setup(): { readonly sessions: Sessions; readonly hubs: Hub[]; readonly clock: { now: number } } {
  const hubs = [
    new FakeHub({ id: "a", key: "a-key", secret: "a-secret" }).hub,
    new FakeHub({ id: "b", key: "b-key", secret: "b-secret" }).hub,
  ];
  const clock = { now: 5000 };
  let ids = 0;
  const sessions = new Sessions({
    hubById: (id) => hubs.find(({ application }) => application.id === id),
    hubByKey: (key) => hubs.find(({ application }) => application.key === key),
    now: () => clock.now,
    newId: () => String(++ids).padStart(32, "0"),
  });
  return { sessions, hubs, clock };
}

describe("sessions", () => {
  test("are opened with the key and secret of an application, and show that one", () => {
    const { sessions, hubs } = setup();
    expect(sessions.read(sessions.open("a-key", "a-secret")?.token)?.hub).toBe(hubs[0]);
    expect(sessions.read(sessions.open("b-key", "b-secret")?.token)?.hub).toBe(hubs[1]);
    for (
      const [key, secret] of [["a-key", "b-secret"], ["a-key", ""], ["", ""], ["x", "a-secret"], [
        "a-key",
        "a-secret ",
      ]] as const
    ) {
      expect(sessions.open(key, secret)).toBeUndefined();
    }
  });

  test("end when they are signed out, and other sessions stay valid", () => {
    const { sessions } = setup();
    const first = sessions.open("a-key", "a-secret")!, second = sessions.open("a-key", "a-secret")!;
    sessions.end(first);
    expect(sessions.read(first.token)).toBeUndefined();
    expect(sessions.read(sessions.renew(first).token)).toBeUndefined();
    expect(sessions.read(second.token)).toBeDefined();
  });

  test("stay valid while they are used, and end with the secret and the application", () => {
    const { sessions, hubs, clock } = setup();
    const opened = sessions.open("a-key", "a-secret")!;
    clock.now += 3000;
    const { token } = sessions.renew(opened);
    clock.now += 3000;
    expect(sessions.read(opened.token)).toBeUndefined();
    expect(sessions.read(token)).toBeDefined();
    hubs[0]!.application.replaceSettings(applicationConfig({ id: "a", key: "a-key", secret: "rotated" }));
    expect(sessions.read(token)).toBeUndefined();
    hubs[0]!.application.replaceSettings(applicationConfig({ id: "a", key: "a-key", secret: "a-secret" }));
    expect(sessions.read(token)).toBeDefined();
    hubs.shift();
    expect(sessions.read(token)).toBeUndefined();
  });

  test("accept changes from their own pages only", () => {
    const { sessions } = setup();
    const own = sessions.open("a-key", "a-secret")!, other = sessions.open("a-key", "a-secret")!;
    expect(sessions.isOwnRequest(own, sessions.requestToken(own))).toBe(true);
    for (const token of [undefined, "", own.token, sessions.requestToken(other)]) {
      expect(sessions.isOwnRequest(own, token)).toBe(false);
    }
  });
});
