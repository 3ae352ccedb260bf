import { describe, expect, test } from "bun:test";
import { ChannelLog } from "../../../../src/hub/recovery/channel-log.ts";
import { LoggedChannel } from "../../../../src/hub/recovery/logged-channel.ts";
import { RecoverableConnection } from "../../../../src/hub/recovery/recoverable-connection.ts";
import { Replay } from "../../../../src/hub/recovery/replay.ts";
import { FakeNetwork, FakeSocket } from "../../../support/fake-hub.ts";

/** A client that waits for the shared log, on a channel whose own log a test writes. */
function waiting(): { readonly log: ChannelLog; readonly replay: Replay; readonly sent: string[] } {
  const log = new ChannelLog(1), sent: string[] = [];
  const channel = new LoggedChannel<RecoverableConnection>(
    "presence-a",
    log,
    { events: 100, seconds: 60 },
    false,
  );
  const client = new RecoverableConnection("name", null, {
    id: "1.1",
    socket: new FakeSocket(new FakeNetwork()),
  });
  const replay = new Replay(
    client,
    channel,
    { position: 1, ownIds: [], subscribedAt: 1, tellsGaps: true, before: [], isSettledAt: 0 },
    {
      send: (_client, frame) => void sent.push(frame),
      ask: () => undefined,
      gap: () => void sent.push("gap"),
      now: () => 0,
      maxWaiting: () => 1000,
    },
    () => {},
  );
  replay.waitForEarlier();
  return { log, replay, sent };
}

const entry = (position: number, frame: string, isPassing: boolean) => {
  return { position, frame, except: undefined, at: 0, isPassing };
};

describe("a client that is sent the shared log", () => {
  test("hears of the members that came and went while that was read", () => {
    const { log, replay, sent } = waiting();
    expect(replay.slice()).toBe("waiting");
    log.append(entry(2, "bob was removed", true));
    log.append(entry(3, "event 3", false));
    log.append(entry(4, "cleo was added", true));
    log.append(entry(5, "dora was added", true));
    // The shared log has event 3 too, so that this node's own goes on behind it.
    replay.goOn({
      events: [{ id: "1-1", frame: "event 3", exceptSocketId: undefined }],
      position: 4,
    });
    expect(replay.slice()).toBe("through");
    expect(sent).toEqual(["event 3", "bob was removed", "cleo was added", "dora was added"]);
  });

  test("hears of them once where the shared log cannot be read", () => {
    const { log, replay, sent } = waiting();
    log.append(entry(2, "bob was removed", true));
    log.append(entry(3, "event 3", false));
    replay.goOn(undefined);
    expect(replay.slice()).toBe("through");
    expect(sent).toEqual(["bob was removed", "event 3"]);
  });
});
