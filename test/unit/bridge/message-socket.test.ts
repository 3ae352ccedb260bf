import { expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { MessageSocket } from "../../../src/bridge/message-socket.ts";
import { framesOf, type Message } from "../../../src/bridge/wire.ts";

/** A socket without a network, and what its owner hears. */
class Ends extends EventEmitter {
  readonly written: Buffer[] = [];
  readonly heard: (Message | string)[] = [];
  writableLength = 0;
  isDestroyed = false;
  readonly messages = new MessageSocket(this as unknown as Socket, {
    message: (message) => void this.heard.push(message),
    silent: (isSilent) => void this.heard.push(isSilent ? "silent" : "heard again"),
    closed: (reason) => void this.heard.push(`closed: ${reason}`),
  });

  write(frame: Buffer): void {
    this.written.push(frame);
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  arrive(...messages: readonly Message[]): void {
    for (const frame of framesOf(messages)) this.emit("data", frame);
  }
}

test("what is sent in one turn crosses as one frame", async () => {
  const { messages, written } = new Ends();
  const growing: number[] = [];
  messages.send(["one", growing]);
  growing.push(1);
  messages.send(["two"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(framesOf([["one", [1]], ["two"]]));
});

test("an end that does not read is cut, and nothing comes after that", () => {
  const ends = new Ends();
  ends.writableLength = 134_217_729;
  ends.messages.send(["one"]);
  ends.messages.flush();
  expect([ends.isDestroyed, ends.heard]).toEqual([true, ["closed: it does not read what it is sent"]]);
  ends.arrive(["two"]);
  ends.messages.send(["three"]);
  ends.messages.flush();
  expect([ends.written.length, ends.heard.length]).toEqual([1, 1]);
});

test("an end that shows no sign of life for five beats is silent, until it shows one", () => {
  const ends = new Ends();
  const beat = (times: number): void => {
    for (let time = 0; time < times; time++) ends.messages.beat();
  };
  beat(4);
  ends.arrive(["ping"]);
  beat(4);
  expect(ends.heard).toEqual([]);
  beat(3);
  expect(ends.heard).toEqual(["silent"]);
  ends.arrive(["late"]);
  expect(ends.heard).toEqual(["silent", "heard again", ["late"]]);
});

test("what cannot be sent, or read, or handled, cuts the connection", () => {
  const sending = new Ends();
  sending.messages.send(["long", "x".repeat(67_108_864)]);
  sending.messages.flush();
  expect(sending.heard.join()).toStartWith("closed: a message cannot be sent");
  const reading = new Ends();
  reading.emit("data", Buffer.from([0, 0, 0, 2, 0x7b, 0x7d]));
  expect(reading.heard.join()).toStartWith("closed: a message cannot be handled");
});
