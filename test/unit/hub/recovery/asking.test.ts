import { describe, expect, test } from "bun:test";
import { Asking } from "../../../../src/hub/recovery/asking.ts";
import { ChannelLog } from "../../../../src/hub/recovery/channel-log.ts";
import { LoggedChannel } from "../../../../src/hub/recovery/logged-channel.ts";
import { Numbers } from "../../../../src/hub/recovery/positions.ts";
import { RecoverableConnection } from "../../../../src/hub/recovery/recoverable-connection.ts";
import { FakeNetwork, FakeSocket } from "../../../support/fake-hub.ts";
import { FakeTimers } from "../../../support/recovering-page.ts";

const EVERY = 20;

/** One client on one channel, whose events come when a test says so. */
class Talk {
  readonly timers = new FakeTimers();
  readonly #network = new FakeNetwork();
  readonly #numbers = new Numbers();
  readonly #channel: LoggedChannel<RecoverableConnection>;
  readonly #client: RecoverableConnection;
  readonly #asking: Asking;
  readonly #socket: FakeSocket;
  /** What is to be done at the end of this turn. */
  #soon: (() => void)[] = [];

  constructor(isPusher = false) {
    this.#asking = new Asking({
      now: () => this.timers.now,
      after: (milliseconds, then) => this.timers.after(milliseconds, then),
      soon: (then) => void this.#soon.push(then),
      nextNumber: () => this.#numbers.next(),
      interval: () => EVERY,
      usesPusherPing: () => isPusher,
      sendPusherPing: ({ connection }) => connection.socket.send("(ping)"),
    });
    const log = new ChannelLog(this.#numbers.next());
    this.#channel = new LoggedChannel("news", log, { events: 100, seconds: 60 }, false);
    this.#socket = new FakeSocket(this.#network);
    this.#client = new RecoverableConnection("name", null, { id: "1.1", socket: this.#socket });
    this.#asking.add(this.#channel, this.#client);
  }

  /** A turn in which so many events are published. */
  turn(events = 1): void {
    for (let event = 0; event < events; event++) {
      const position = this.#numbers.next(), at = this.timers.now;
      this.#channel.log.append({ position, frame: "{}", except: undefined, at, isPassing: false });
      this.#socket.send("event");
      this.#asking.published(this.#channel, at);
    }
    for (const then of this.#soon.splice(0)) then();
  }

  /** Events that come together, each in a turn of its own. */
  together(events: number): void {
    for (let event = 0; event < events; event++) this.turn();
  }

  /** The client answers its last ping, a millisecond later. */
  answer(): void {
    this.timers.advance(1);
    this.#asking.answered(this.#client, this.#client.asked);
  }

  /** What the client was sent since this was asked last: `e` for an event, `p` for a ping. */
  sent(): string {
    return this.#socket.frames.splice(0).map((frame) => frame === "event" ? "e" : "p").join("");
  }
}

describe("a client is asked what has arrived", () => {
  test("at the end of the turn of an event after a silence, also where the turn has several events", () => {
    const talk = new Talk();
    talk.turn();
    expect(talk.sent()).toBe("ep");
    talk.answer();
    talk.timers.advance(EVERY);
    talk.turn(3);
    expect(talk.sent()).toBe("eeep");
  });

  test("once for all events within the interval", () => {
    const talk = new Talk();
    talk.turn();
    talk.answer();
    expect(talk.sent()).toBe("ep");
    talk.timers.advance(4);
    talk.turn();
    talk.timers.advance(4);
    talk.turn();
    expect(talk.sent()).toBe("ee");
    talk.timers.advance(EVERY);
    expect(talk.sent()).toBe("p");
    talk.answer();
    talk.timers.advance(10 * EVERY);
    expect(talk.sent()).toBe("");
  });

  test("together with an event that comes shortly before its turn, and then not again", () => {
    const talk = new Talk();
    talk.turn();
    talk.answer();
    talk.timers.advance(3);
    talk.turn();
    expect(talk.sent()).toBe("epe");
    talk.timers.advance(EVERY - 2);
    talk.turn();
    expect(talk.sent()).toBe("ep");
    talk.answer();
    talk.timers.advance(10 * EVERY);
    expect(talk.sent()).toBe("");
  });

  test("behind all events that come together, once it is known that the channel's events do so", () => {
    const talk = new Talk();
    talk.together(8);
    expect(talk.sent()).toBe("epeeeeeee");
    for (let round = 0; round < 3; round++) {
      talk.answer();
      talk.timers.advance(3 * EVERY);
      expect(talk.sent()).toBe(round === 0 ? "p" : "");
      if (round === 0) {
        talk.answer();
        talk.timers.advance(3 * EVERY);
      }
      talk.together(8);
      expect(talk.sent()).toBe("eeeeeeee");
      talk.timers.advance(EVERY);
      expect(talk.sent()).toBe("p");
    }
  });

  test("with the event again, where events come alone after some that have come together", () => {
    const talk = new Talk();
    talk.together(8);
    talk.answer();
    talk.timers.advance(3 * EVERY);
    talk.answer();
    talk.sent();
    for (const sent of ["e", "ep", "ep"]) {
      talk.timers.advance(3 * EVERY);
      talk.turn();
      expect(talk.sent()).toBe(sent);
      talk.timers.advance(EVERY);
      expect(talk.sent()).toBe(sent === "e" ? "p" : "");
      talk.answer();
    }
  });

  test("by pusher:ping at most once a second, and not before", () => {
    const talk = new Talk(true);
    talk.turn();
    expect(talk.sent()).toBe("ep");
    talk.answer();
    talk.timers.advance(900);
    talk.turn();
    expect(talk.sent()).toBe("e");
    talk.timers.advance(99);
    talk.turn();
    expect(talk.sent()).toBe("e");
    talk.timers.advance(2000);
    expect(talk.sent()).toBe("p");
  });
});
