import { describe, expect, test } from "bun:test";
import { Application } from "../../../../src/hub/applications/application.ts";
import { Connection } from "../../../../src/hub/connections/connection.ts";
import { type Activity, ActivityFeed, ALL_APPLICATIONS } from "../../../../src/hub/monitor/activity-feed.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import { Monitor } from "../../../../src/hub/monitor/monitor.ts";
import { applicationConfig, FakeNetwork, FakeSocket } from "../../../support/fake-hub.ts";

const monitor = new Monitor(new Log("text", () => {}, () => new Date(0)));
const feed = new ActivityFeed(monitor);

function connectionOf(applicationId: string): Connection {
  const application = new Application(applicationConfig({ id: applicationId }));
  return new Connection("1.2", application, new FakeSocket(new FakeNetwork()), "192.0.2.1");
}

describe("the feed of activities", () => {
  test("hands out the activities of the listener's application, and of no other", () => {
    const heard: Activity[] = [];
    const stop = feed.listen("a", (activity) => heard.push(activity));
    for (const id of ["a", "b"]) {
      const connection = connectionOf(id);
      monitor.connectionOpened(connection);
      monitor.received(connection, '{"event":"pusher:subscribe"}', "subscribe");
      monitor.sent(
        connection,
        '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"x"}',
      );
      const message = { type: "client-event", event: "client-x", channel: "x", data: "{}" } as const;
      monitor.clientEvent(connection, message, 1);
      monitor.apiEvent(connection.application, "x", "E", '"{}"', 0, undefined);
      monitor.refused({ reason: "rate_limited", detail: "too many", application: id });
      monitor.connectionClosed(connection, 1000, "client");
    }
    monitor.refused({ reason: "unknown_application", detail: "no such key" });
    expect(heard.map(({ kind }) => kind)).toEqual([
      "connected",
      "subscribed",
      "client-event",
      "api-event",
      "refused",
      "disconnected",
    ]);
    stop();
    monitor.connectionOpened(connectionOf("a"));
    expect(heard).toHaveLength(6);
  });

  test("hands out the activities of all applications, and what belongs to none", () => {
    const heard: unknown[] = [];
    const stop = feed.listen(ALL_APPLICATIONS, ({ kind }, application) => heard.push([kind, application]));
    monitor.connectionOpened(connectionOf("a"));
    monitor.connectionOpened(connectionOf("b"));
    monitor.refused({ reason: "unknown_application", detail: "no such key" });
    expect(heard).toEqual([["connected", "a"], ["connected", "b"], ["refused", undefined]]);
    stop();
  });

  test("observes the monitor only while it has a listener", () => {
    let observed = 0;
    const counting = {
      observe: () => {
        observed++;
        return () => void observed--;
      },
    };
    const own = new ActivityFeed(counting);
    const first = own.listen("a", () => {}),
      second = own.listen("a", () => {}),
      third = own.listen("b", () => {});
    expect(observed).toBe(1);
    first();
    first();
    second();
    expect(observed).toBe(1);
    third();
    expect(observed).toBe(0);
    own.listen("a", () => {})();
    expect(observed).toBe(0);
  });
});
